import type { Secret } from "./secret.ts";

/** PEM bytes of the files that etcdctl's `--cacert`, `--cert` and `--key` name. */
export interface TlsMaterial {
  /** Authorities to trust instead of the system's. */
  readonly authorities?: Uint8Array;
  /** The client's own certificate with its key: both or neither. */
  readonly certificate?: Uint8Array;
  readonly key?: Secret;
}

/** How to reach etcd: what etcdctl's flags of the same names say (etcd, etcdctl/ctlv3/command/global.go). */
export interface ConnectionOptions {
  /** `host:port`, `http://`, `https://` or `unix://`, in order of preference; at least one. */
  readonly endpoints: readonly string[];
  readonly tls: TlsMaterial;
  /** Accept any certificate of the server. */
  readonly insecureSkipTlsVerify: boolean;
  readonly user: { readonly name: string; readonly password: Secret } | null;
  /** Milliseconds until a connection must stand. */
  readonly dialTimeout: number;
  /** Milliseconds until an answer to one request must be there, whole. */
  readonly commandTimeout: number;
  /** Ceiling of what is read of Range, RangeStream, Watch and Snapshot together; null for none. */
  readonly maxBytesPerSecond: number | null;
}

/** etcdctl's defaults. */
export const CONNECTION_DEFAULTS: ConnectionOptions = {
  endpoints: ["127.0.0.1:2379"],
  tls: {},
  insecureSkipTlsVerify: false,
  user: null,
  dialTimeout: 2_000,
  commandTimeout: 5_000,
  maxBytesPerSecond: null,
};

/** Whether an endpoint without a scheme is spoken to over TLS: as with etcdctl, when any TLS setting is made. */
export function hasTlsSettings({ tls, insecureSkipTlsVerify }: ConnectionOptions): boolean {
  return (
    insecureSkipTlsVerify || tls.authorities !== undefined || tls.certificate !== undefined || tls.key !== undefined
  );
}
