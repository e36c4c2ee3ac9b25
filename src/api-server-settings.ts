export type { ApiServerSettings, EtcdOverride } from "./configuration/manifest/api-server-settings.ts";

import type { ApiServerSettings } from "./configuration/manifest/api-server-settings.ts";
import { readManifest } from "./configuration/manifest/read-manifest.ts";
import { manifestMessage } from "./configuration/manifest/words.ts";
import { AuditError } from "./errors.ts";
import { readConfigurationFile } from "./source/configuration-file.ts";
import { readDropInFiles } from "./source/drop-in-files.ts";

/**
 * How a kube-apiserver is started: from its static Pod, from the configuration of k3s or RKE2, or from a file of flags.
 * Paths in the settings are those of this machine: under `root` where the host's file system is mounted there.
 * @throws AuditError when the file can't be read, or tells no settings
 */
export async function apiServerSettings(path: string, root: string | null = null): Promise<ApiServerSettings> {
  const reading = readManifest(await readConfigurationFile(path), root, await readDropInFiles(path));
  if (reading.kind === "settings") return reading.settings;
  const place = reading.line === null ? path : `${path}, line ${reading.line}`;
  throw new AuditError("USAGE", `${place}: ${manifestMessage(reading.problem)}`, {
    nextStep: "name kube-apiserver's own manifest or a file with its flags, or give the flags here",
  });
}
