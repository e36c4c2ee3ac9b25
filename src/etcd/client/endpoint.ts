import { EtcdClientError } from "./client-error.ts";

const DEFAULT_PORT = 2379;

/** One address of etcd. */
export interface Endpoint {
  /** As the user wrote it. */
  readonly text: string;
  /** The same as gRPC names it. */
  readonly target: string;
  readonly secure: boolean;
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
}

/**
 * Reads one endpoint as etcdctl does (etcd, client/v3/internal/endpoint/endpoint.go).
 * @param secureByDefault whether one without a scheme speaks TLS
 * @throws EtcdClientError `bad-endpoint`
 */
export function parseEndpoint(text: string, secureByDefault: boolean): Endpoint {
  const [, scheme = "", rest = ""] = /^(?:([a-z]+):\/\/|(?=[^/]))(.*)$/i.exec(text.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case "unix":
      return socketEndpoint(text, rest, secureByDefault);
    case "unixs":
      return socketEndpoint(text, rest, true);
    case "http":
      return networkEndpoint(text, rest, false);
    case "https":
      return networkEndpoint(text, rest, true);
    case "":
      return networkEndpoint(text, rest, secureByDefault);
    default:
      throw new EtcdClientError("bad-endpoint", withoutSecrets(text), { detail: `scheme ${scheme}` });
  }
}

function networkEndpoint(text: string, rest: string, secure: boolean): Endpoint {
  const [, bracketed, name, digits] = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@?#[\]]+))(?::(\d{1,5}))?\/?$/i.exec(rest) ?? [];
  const host = bracketed ?? name;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (host === undefined || port === 0 || port > 65_535)
    throw new EtcdClientError("bad-endpoint", withoutSecrets(text));
  const target = bracketed === undefined ? `dns:${host}:${port}` : `ipv6:[${host}]:${port}`;
  return { text, target, secure, address: { host, port } };
}

function socketEndpoint(text: string, path: string, secure: boolean): Endpoint {
  if (path === "") throw new EtcdClientError("bad-endpoint", text);
  return { text, target: `unix:${path}`, secure, address: { path } };
}

/** Some write user:password@host or ?token=, and the message may end in a log. Where both may be, nothing is shown. */
function withoutSecrets(text: string): string {
  if (!/[?#]/.test(text)) return text.replace(/^([a-z]+:\/\/)?.*@/i, "$1[redacted]@");
  return text.includes("@") ? "[redacted]" : text.replace(/[?#].*$/s, "");
}
