import type { Configuration } from "./configuration/configuration.ts";
import { AuditError } from "./errors.ts";
import type { InForce } from "./in-force.ts";
import type { NamedKmsKey } from "./judge/kms-in-force.ts";
import { keyText } from "./model/key-reference.ts";
import type { IncompleteReason } from "./model/source-facts.ts";
import { configuredKeys, parseKeyText, possibleNames } from "./rotation/key-in-question.ts";
import { keysSeen } from "./tally/keys-seen.ts";
import type { ReadSource } from "./tally/seal.ts";

/** Which KMS keys are in force, by the word of who knows. */
export interface CurrentKmsKeys {
  /** One list for each key that was named: all that its text may mean, the longest name first. */
  readonly named: readonly (readonly NamedKmsKey[])[];
  /** Plugins that were asked and did not tell. */
  readonly reasons: readonly IncompleteReason[];
}

/** What is said of the KMS keys in force, and who is to be asked. */
export interface CurrentKmsKeyOptions {
  /** `PROVIDER/NAME@ID` each, of kms-v1 or kms-v2. */
  readonly currentKmsKeys?: readonly string[];
  /** Whether the plugins of the configurations are asked. */
  readonly kmsStatus?: boolean;
  readonly signal?: AbortSignal;
  readonly onNotice?: (line: string) => void;
}

/**
 * Reads `--current-kms-key` texts, and asks the plugins of the configurations where that is wanted.
 * @throws AuditError USAGE for a text that names no KMS key with an ID, or plugins to be asked without a configuration
 */
export async function currentKmsKeys(
  { currentKmsKeys: texts = [], kmsStatus = false, signal, onNotice }: CurrentKmsKeyOptions,
  configurations: readonly Configuration[],
): Promise<CurrentKmsKeys> {
  const named = texts.map(parseCurrentKey);
  if (!kmsStatus) return { named, reasons: [] };
  if (configurations.length === 0) {
    throw new AuditError("USAGE", "a KMS plugin is found through a configuration, and none is given", {
      nextStep: "name it with --encryption-config",
    });
  }
  const { askPlugins, describeReport, keyIdInForce } = await import("./kms/plugin-report.ts");
  const reasons: IncompleteReason[] = [];
  for (const report of await askPlugins(configurations, signal)) {
    const { kind, name } = report.provider;
    const id = keyIdInForce(report);
    if (id !== null) named.push([{ provider: kind, name, id }]);
    // The API of KMS v1 has no key ID to tell.
    else if (report.kind === "failed" || kind === "kms-v2") {
      reasons.push({ code: "kms-plugin", message: describeReport(report) });
      continue;
    }
    onNotice?.(describeReport(report));
  }
  return { named, reasons };
}

function parseCurrentKey(text: string): readonly NamedKmsKey[] {
  const parsed = parseKeyText(text);
  const { provider } = parsed ?? {};
  const meanings =
    parsed === undefined
      ? []
      : possibleNames(parsed)
          .slice(1)
          .map((name) => ({ name, id: parsed.rest.slice(name.length + 1) }))
          .filter(({ id }) => id !== "");
  if ((provider === "kms-v1" || provider === "kms-v2") && meanings.length > 0) {
    return meanings.map((meaning) => ({ provider, ...meaning }));
  }
  throw new AuditError("USAGE", `--current-kms-key ${text} names no KMS key with an ID`, {
    nextStep: "write it as kms-v2/NAME@KEY-ID or kms-v1/NAME@VERSION",
  });
}

/**
 * A key that was named must be known: a typing error would make everything stale, or nothing.
 * @throws AuditError UNKNOWN_KEY
 */
export function refuseUnknownKmsKeys(
  named: CurrentKmsKeys["named"],
  { configurations, classifier }: InForce,
  reads: readonly ReadSource[],
): void {
  const known = [...configuredKeys(configurations), ...keysSeen(reads, classifier)];
  const unknown = named.find(
    (text) =>
      !text.some((key) => known.some(({ provider, keyName }) => key.provider === provider && key.name === keyName)),
  );
  const [key] = unknown ?? [];
  if (key === undefined) return;
  const texts = [...new Set(known.filter(({ provider }) => provider === key.provider).map(keyText))].sort();
  const seen = texts.length === 0 ? `no value of ${key.provider} was seen` : `these were: ${texts.join(", ")}`;
  throw new AuditError("UNKNOWN_KEY", `the key ${key.provider}/${key.name} is in no configuration and was not seen`, {
    nextStep: seen,
  });
}
