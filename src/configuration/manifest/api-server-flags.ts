import type { ApiServerSettings } from "./api-server-settings.ts";
import { readOverride } from "./etcd-overrides.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";

/** The flags that are read here; all of them take a value. */
const FLAGS = [
  "etcd-servers",
  "etcd-servers-overrides",
  "etcd-prefix",
  "etcd-cafile",
  "etcd-certfile",
  "etcd-keyfile",
  "encryption-provider-config",
  "experimental-encryption-provider-config",
] as const;
type Flag = (typeof FLAGS)[number];

/** The values of each flag, in the order given. */
export type FlagValues = ReadonlyMap<Flag, readonly string[]>;

/** A variable of a shell, of systemd or of a Pod that nothing has replaced. */
const VARIABLE = /\$(?:\(|\{|[A-Za-z_])/;

/**
 * The flags of a kube-apiserver among the words after its name: `--name=value` or `--name value`, underscores as dashes
 * (spf13/pflag flag.go; component-base cli/flag: WordSepNormalizeFunc).
 * @throws ManifestRefusal no-value, openshift
 */
export function readFlags(words: readonly string[]): FlagValues {
  const values = new Map<Flag, string[]>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") break;
    const parts = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    const name = parts?.[1]?.replaceAll("_", "-");
    if (name === "openshift-config") throw new ManifestRefusal({ kind: "openshift" });
    const flag = FLAGS.find((known) => known === name);
    if (flag === undefined) continue;
    const value = parts?.[2] ?? words[++index];
    if (value === undefined) throw new ManifestRefusal({ kind: "no-value", flag });
    // Both names set one and the same value: the last of either counts.
    const target = flag === "experimental-encryption-provider-config" ? "encryption-provider-config" : flag;
    values.set(target, [...(values.get(target) ?? []), value]);
  }
  return values;
}

/**
 * The settings that flags make.
 * @param onHost gives the path on the host for one of the API server's; null where the host has no such file
 * @throws ManifestRefusal variable, relative-path, not-on-host, bad-override
 */
export function settingsOf(
  kind: ApiServerSettings["kind"],
  flags: FlagValues,
  onHost: (path: string) => string | null,
): ApiServerSettings {
  const path = (flag: Flag): string | null => {
    const value = last(flags, flag);
    if (value === null) return null;
    if (!value.startsWith("/")) throw new ManifestRefusal({ kind: "relative-path", flag });
    return onHost(value);
  };
  const encryptionConfigPath = path("encryption-provider-config");
  if (encryptionConfigPath === null && last(flags, "encryption-provider-config") !== null) {
    // To take it for "no configuration" would be wrong, and another file at that path on the host as wrong.
    throw new ManifestRefusal({ kind: "not-on-host", flag: "encryption-provider-config" });
  }
  return {
    kind,
    endpoints: list(flags, "etcd-servers"),
    tls: { caFile: path("etcd-cafile"), certFile: path("etcd-certfile"), keyFile: path("etcd-keyfile") },
    prefix: last(flags, "etcd-prefix"),
    encryptionConfigPath,
    overrides: list(flags, "etcd-servers-overrides").map(readOverride),
  };
}

/** Of a flag with one value the last one counts; an empty one counts as none. */
function last(flags: FlagValues, flag: Flag): string | null {
  const value = flags.get(flag)?.at(-1) ?? "";
  return value === "" ? null : settled(flag, value);
}

/** The elements of a flag that takes a list, all its uses together; each use is a line of CSV. */
function list(flags: FlagValues, flag: Flag): readonly string[] {
  const elements = (flags.get(flag) ?? []).flatMap((line) =>
    [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
    ),
  );
  return elements.map((element) => settled(flag, element.trim())).filter((element) => element !== "");
}

function settled(flag: Flag, value: string): string {
  if (VARIABLE.test(value)) throw new ManifestRefusal({ kind: "variable", flag });
  return value;
}
