import type { Command } from "commander";
import type { ApiServerSettings, EtcdOverride } from "../commands/api-server.ts";
import { AuditError } from "../errors.ts";
import type { ConnectionFlags } from "./connection-flags.ts";
import { repeated, someText } from "./option-values.ts";

/** Flags of how the API servers are set up. */
export interface ConfigurationFlags {
  readonly prefix: readonly string[];
  readonly encryptionConfig: readonly string[];
  readonly decrypt: boolean;
  readonly fromManifest?: string;
  readonly root?: string;
}

/** The flags with what a manifest fills in, and what is in force. */
export interface FilledFlags<Flags> {
  readonly flags: Flags;
  /** Files of configurations in force; `unencrypted`: the named manifest sets none. Empty: nothing is known. */
  readonly configurations: readonly string[] | { readonly unencrypted: string };
  /** Resources that lie in another etcd than the one that is looked at. */
  readonly elsewhere: readonly EtcdOverride[];
}

/** Adds them. */
export function addConfigurationFlags(command: Command): Command {
  return command
    .option("--prefix <path>", "the API server's --etcd-prefix; repeatable", repeated, [])
    .option(
      "--encryption-config <file>",
      "the cluster's EncryptionConfiguration; repeatable, one for each API server",
      repeated,
      [],
    )
    .option("--no-decrypt", "tell values by names alone; by default local keys open them in memory")
    .option(
      "--from-manifest <file>",
      "fill in endpoints, TLS files, --prefix and --encryption-config from a kube-apiserver manifest or flags file",
      someText,
    )
    .option("--root <dir>", "where the file system of the manifest's host is mounted", someText);
}

/**
 * Fills in from the manifest what is not given: the command line and its environment win.
 * @throws AuditError USAGE, or when the manifest can't be read
 */
export async function apiServerFlags<Flags extends ConfigurationFlags & ConnectionFlags>(
  flags: Flags,
  path: string | undefined,
  command: Command,
): Promise<FilledFlags<Flags>> {
  refuseSharedInput(flags, path);
  const { fromManifest, root, encryptionConfig } = flags;
  if (fromManifest === undefined) {
    if (root === undefined) return { flags, configurations: encryptionConfig, elsewhere: [] };
    throw new AuditError("USAGE", "--root says where the paths of a manifest lie", {
      nextStep: "name the manifest with --from-manifest",
    });
  }
  const { apiServerSettings } = await import("../commands/api-server.ts");
  const settings = await apiServerSettings(fromManifest, root ?? null);
  const { prefix, encryptionConfigPath } = settings;
  const isSet = (name: string) => !["default", undefined].includes(command.getOptionValueSource(name));
  const connection = path === undefined ? connectionOf(settings, flags, isSet) : {};
  return {
    flags: { ...flags, ...connection, prefix: flags.prefix.length === 0 && prefix !== null ? [prefix] : flags.prefix },
    configurations: configurationsOf(encryptionConfig, encryptionConfigPath, fromManifest),
    elsewhere: settings.overrides,
  };
}

function connectionOf(
  { endpoints, tls: { caFile, certFile, keyFile } }: ApiServerSettings,
  { cacert, cert, key }: ConnectionFlags,
  isSet: (name: string) => boolean,
): Partial<ConnectionFlags> {
  const hasClientCertificate = cert !== undefined || key !== undefined;
  return {
    ...(isSet("endpoints") || endpoints.length === 0 ? {} : { endpoints: endpoints.join(",") }),
    ...(cacert === undefined && caFile !== null ? { cacert: caFile } : {}),
    ...(!hasClientCertificate && certFile !== null ? { cert: certFile } : {}),
    ...(!hasClientCertificate && keyFile !== null ? { key: keyFile } : {}),
  };
}

function configurationsOf(given: readonly string[], ofManifest: string | null, manifest: string) {
  if (given.length > 0) return given;
  return ofManifest === null ? { unencrypted: manifest } : [ofManifest];
}

/** Standard input can be read once. */
function refuseSharedInput({ encryptionConfig }: ConfigurationFlags, path: string | undefined): void {
  const readers = [path, ...encryptionConfig].filter((each) => each === "-");
  if (readers.length < 2) return;
  throw new AuditError("USAGE", "standard input is named twice with -", { nextStep: "give one of the two as a file" });
}
