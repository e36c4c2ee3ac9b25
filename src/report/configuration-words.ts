import type { ConfigurationDetail, Finding, FindingKind } from "../model/finding.ts";
import type { KindWords } from "./kind-words.ts";
import { countOf } from "./numbers.ts";

/** The English of findings about a configuration. What one of them says comes with it: only many are worded here. */
export const CONFIGURATION_WORDS = {
  "config-refused": ofConfiguration((count) =>
    count === 1
      ? "the API server refuses the configuration"
      : `the API server refuses the configuration for ${countOf(count, "reason")}`,
  ),
  "config-identity-first": ofConfiguration((count) => `${countOf(count, "rule")} would store secrets unencrypted`),
  "config-published-key": ofConfiguration((count) =>
    count === 1 ? "a key is printed in documentation" : `${countOf(count, "key")} are printed in documentation`,
  ),
  "config-secrets-not-covered": ofConfiguration((count) =>
    count === 1 ? "no rule names secrets" : `${countOf(count, "configuration")} have no rule that names secrets`,
  ),
  "config-servers-differ": ofConfiguration(
    (count) => `the configurations of the API servers differ in ${countOf(count, "place")}`,
  ),
  "config-weak-key": ofConfiguration((count) => `${countOf(count, "weak key")}`),
  "config-duplicate-key-name": ofConfiguration((count) => `${countOf(count, "key")} under a name that is taken`),
  "config-repeated-key": ofConfiguration((count) => `${countOf(count, "key")} under more than one name`),
  "config-unreachable-provider": ofConfiguration(
    (count) => `${countOf(count, "provider, key or rule", "providers, keys or rules")} never used`,
  ),
  "config-kms-v1": ofConfiguration((count) => `${countOf(count, "provider")} of KMS v1, which is deprecated`),
  "config-aesgcm-rotation": ofConfiguration((count) => `${countOf(count, "aesgcm key")} to be rotated often`),
  "config-file-mode": ofConfiguration((count) => `${countOf(count, "file")} open to others than the owner`),
  "config-legacy-kind": ofConfiguration((count) => `${countOf(count, "file")} of the old kind EncryptionConfig`),
  "config-resource-not-covered": ofConfiguration(
    (count) =>
      `${countOf(count, "stored resource")} that often ${count === 1 ? "holds" : "hold"} credentials ${count === 1 ? "is" : "are"} not encrypted`,
  ),
} satisfies Partial<Record<FindingKind, KindWords>>;

function ofConfiguration(summary: (count: number) => string): KindWords {
  const detailOf = ({ subject }: Finding): ConfigurationDetail | null =>
    subject.kind === "configuration" ? subject.detail : null;
  return {
    summary,
    message: (finding) => sentence(detailOf(finding)?.message ?? summary(1)),
    remediation(finding) {
      const remedy = detailOf(finding)?.remedy ?? "";
      return remedy === "" ? "" : `${sentence(remedy)}.`;
    },
  };
}

/** Begins with a capital, unless its first word is a name: `aescbc/key1`, `secrets:`. */
function sentence(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
