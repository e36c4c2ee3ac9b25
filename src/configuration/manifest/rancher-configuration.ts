import type { DocumentNode } from "../document/document-node.ts";
import { type FlagValues, readFlags, settingsOf } from "./api-server-flags.ts";
import type { ApiServerSettings, TlsFiles } from "./api-server-settings.ts";
import { underRoot } from "./host-path.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";

/** The distributions whose configuration has this form. */
export type RancherKind = "k3s" | "rke2";

/** Where each keeps its state when nothing else is set. */
const DATA_DIRECTORY = { k3s: "/var/lib/rancher/k3s", rke2: "/var/lib/rancher/rke2" } as const;
const EMBEDDED_ENDPOINT = "https://127.0.0.1:2379";

/** Go's strconv.ParseBool. */
const TRUE = /^(?:1|t|T|TRUE|true|True)$/;

/**
 * Reads the configuration of k3s or RKE2 (k3s pkg/configfilearg/parser.go, pkg/util/args.go). The file alone counts:
 * the same settings may also come from the service's command line. RKE2 always encrypts (rke2 pkg/rke2/rke2.go).
 * @param documents the configuration and the files of its folder `config.yaml.d`, in their order
 * @throws ManifestRefusal
 */
export function readRancherConfiguration(
  kind: RancherKind,
  documents: readonly DocumentNode[],
  root: string | null,
): ApiServerSettings {
  const fields = joined(documents);
  const dataDirectory = one(fields, "data-dir") ?? DATA_DIRECTORY[kind];
  const encrypts = kind === "rke2" || TRUE.test(one(fields, "secrets-encryption") ?? "false");
  const own = encrypts ? [`--encryption-provider-config=${dataDirectory}/server/cred/encryption-config.json`] : [];
  // What is set for the API server itself comes after, and so wins.
  const flags = readFlags([...own, ...(fields.get("kube-apiserver-arg") ?? []).map(asFlag)]);
  const onHost = (path: string) => underRoot(root, path);
  return withDatastore(kind, settingsOf(kind, flags, onHost), flags, fields, dataDirectory, onHost);
}

/** Where the data lies, unless flags of the API server itself tell. */
function withDatastore(
  kind: RancherKind,
  settings: ApiServerSettings,
  flags: FlagValues,
  fields: Fields,
  dataDirectory: string,
  onHost: (path: string) => string,
): ApiServerSettings {
  if (flags.has("etcd-servers")) return settings;
  const path = (name: string): string | null => {
    const value = one(fields, name);
    return value?.startsWith("/") ? onHost(value) : null;
  };
  const datastore = one(fields, "datastore-endpoint") ?? "";
  if (/^https?:/.test(datastore)) {
    const tls = {
      caFile: path("datastore-cafile"),
      certFile: path("datastore-certfile"),
      keyFile: path("datastore-keyfile"),
    };
    return { ...settings, endpoints: datastore.split(","), tls };
  }
  // Another datastore is a database behind kine. Without one, k3s keeps SQLite unless it is told to form a cluster.
  const isEmbedded = kind === "rke2" || TRUE.test(one(fields, "cluster-init") ?? "") || fields.has("server");
  if (datastore !== "" || !isEmbedded) return settings;
  const folder = `${dataDirectory}/server/tls/etcd`;
  const tls: TlsFiles = {
    caFile: onHost(`${folder}/server-ca.crt`),
    certFile: onHost(`${folder}/client.crt`),
    keyFile: onHost(`${folder}/client.key`),
  };
  return { ...settings, endpoints: [EMBEDDED_ENDPOINT], tls };
}

/** The values of each field as text. */
type Fields = ReadonlyMap<string, readonly string[]>;

/** A later file's field takes the place of an earlier one's, or goes on with it when its name ends in `+`. */
function joined(documents: readonly DocumentNode[]): Fields {
  const fields = new Map<string, readonly string[]>();
  for (const document of documents) {
    if (document.kind === "null") continue;
    if (document.kind !== "map") throw new ManifestRefusal({ kind: "syntax" }, document.line);
    for (const { name, value } of document.fields) {
      const plain = name.replace(/\+$/, "");
      const before = name.endsWith("+") ? (fields.get(plain) ?? []) : [];
      fields.set(plain, [...before, ...valuesOf(value)]);
    }
  }
  return fields;
}

function valuesOf(node: DocumentNode): readonly string[] {
  switch (node.kind) {
    case "text":
      return [node.text];
    case "boolean":
      return [String(node.value)];
    case "number":
      return [String(node.integer)];
    case "list":
      return node.items.flatMap(valuesOf);
    case "null":
    case "map":
      return [];
  }
}

function one(fields: Fields, name: string): string | undefined {
  return fields.get(name)?.at(-1);
}

/** `name=value`, with or without dashes in front; a `+` or `-` at the name's end adds to a default, of which there is none here. */
function asFlag(argument: string): string {
  const [name = "", ...value] = argument.replace(/^--/, "").split("=");
  return `--${name.replace(/[-+]+$/, "")}=${value.join("=")}`;
}
