/** What a file tells of how a kube-apiserver is started, as far as it decides what is stored where, and how. */
export interface ApiServerSettings {
  /** What the file turned out to be. */
  readonly kind: "static-pod" | "flags-file" | "k3s" | "rke2";
  /** etcd's client URLs; none where the file does not tell. */
  readonly endpoints: readonly string[];
  /** Paths on the host; null where there is no such flag, or where the file is in no folder of the host. */
  readonly tls: TlsFiles;
  /** `--etcd-prefix`; null for the API server's default, `/registry`. */
  readonly prefix: string | null;
  /** The EncryptionConfiguration's path on the host; null: no configuration is in force. */
  readonly encryptionConfigPath: string | null;
  /** Resources that lie in another etcd. */
  readonly overrides: readonly EtcdOverride[];
}

export interface TlsFiles {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** One element of `--etcd-servers-overrides`. */
export interface EtcdOverride {
  /** `resource` or `resource.group`. */
  readonly resource: string;
  readonly endpoints: readonly string[];
}

/** One file as it was read. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a file turned out to be: settings, or why none can be told of it. */
export type ManifestReading =
  | { readonly kind: "settings"; readonly settings: ApiServerSettings }
  | { readonly kind: "refused"; readonly line: number | null; readonly problem: ManifestProblem };

/** Why a file tells no settings. Closed, and without any of its text but names of flags and fields. */
export type ManifestProblem =
  | { readonly kind: "syntax" }
  | { readonly kind: "other-kind" }
  | { readonly kind: "no-api-server" }
  | { readonly kind: "started-otherwise" }
  | { readonly kind: "openshift" }
  | { readonly kind: "no-flags" }
  | { readonly kind: "no-distribution" }
  | { readonly kind: "wrong-type"; readonly field: string }
  | { readonly kind: "no-value"; readonly flag: string }
  | { readonly kind: "variable"; readonly flag: string | null }
  | { readonly kind: "relative-path"; readonly flag: string }
  | { readonly kind: "not-on-host"; readonly flag: string }
  | { readonly kind: "bad-override" };
