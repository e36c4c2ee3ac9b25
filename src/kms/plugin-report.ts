import type { Configuration, KmsProvider } from "../configuration/configuration.ts";
import { oneLine } from "../model/one-line.ts";
import { KmsPlugin, type PluginStatus } from "./kms-plugin.ts";
import { kmsProvidersOf } from "./kms-providers.ts";
import { KmsPluginError } from "./plugin-error.ts";

/** What came of asking one plugin for its state. */
export type PluginReport =
  | { readonly kind: "answered"; readonly provider: KmsProvider; readonly status: PluginStatus }
  | { readonly kind: "failed"; readonly provider: KmsProvider; readonly error: KmsPluginError };

/** Bytes of a key ID, by the API server's check (apiserver encrypt/envelope/kmsv2/envelope.go: ValidateKeyID). */
const LONGEST_KEY_ID = 1024;

/**
 * `--kms-status`: asks the plugin of every KMS provider in the configurations, each once and all at a time. Never throws:
 * a plugin that does not answer is a report of its own.
 * @param signal ends what is under way
 */
export function askPlugins(
  configurations: readonly Configuration[],
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly PluginReport[]> {
  return Promise.all(kmsProvidersOf(configurations).map((provider) => askPlugin(provider, signal)));
}

async function askPlugin(provider: KmsProvider, signal: AbortSignal): Promise<PluginReport> {
  let plugin: KmsPlugin | undefined;
  try {
    plugin = new KmsPlugin(provider, signal);
    return { kind: "answered", provider, status: await plugin.status() };
  } catch (error) {
    if (!(error instanceof KmsPluginError)) throw error;
    return { kind: "failed", provider, error };
  } finally {
    plugin?.close();
  }
}

/** Why the API server would not take the key ID of this answer, in a few words; null where it would. */
function statusProblem(status: PluginStatus): string | null {
  if (status.kind === "kms-v1") return null;
  if (status.healthz !== "ok") return `not healthy: ${oneLine(status.healthz) || "no healthz"}`;
  if (status.keyId === "") return "no key ID";
  return Buffer.byteLength(status.keyId) > LONGEST_KEY_ID ? `a key ID of more than ${LONGEST_KEY_ID} bytes` : null;
}

/**
 * The key ID that new values get, by the plugin's own word. Null where that was not learned: of a plugin that failed or is
 * not healthy, and of every KMS v1 plugin, whose API has no key ID.
 */
export function keyIdInForce(report: PluginReport): string | null {
  if (report.kind === "failed" || report.status.kind === "kms-v1") return null;
  return statusProblem(report.status) === null ? report.status.keyId : null;
}

/** One line about the plugin for people: provider, socket, and what it said or why it did not. */
export function describeReport(report: PluginReport): string {
  if (report.kind === "failed") return `${report.error.message}; ${report.error.nextStep}`;
  const { provider, status } = report;
  const place = `KMS plugin ${provider.kind}/${oneLine(provider.name)} at ${oneLine(provider.endpoint)}:`;
  if (status.kind === "kms-v1") {
    const runtime = `${oneLine(status.runtimeName)} ${oneLine(status.runtimeVersion)}`.trim();
    return `${place} version ${status.version}, ${runtime || "no name"}; KMS v1 has no key ID`;
  }
  const problem = statusProblem(status);
  return `${place} version ${status.version}, ${problem ?? `healthy, key ID ${oneLine(status.keyId)}`}`;
}
