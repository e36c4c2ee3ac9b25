import { referenceText } from "../../model/key-reference.ts";
import type { DifferenceDetail } from "../differences.ts";
import type { RefusalReason } from "../refusal.ts";
import { refusalMessage } from "../refusal-words.ts";
import type { LintDetail, UnreachableCause, Weakness } from "./lint-result.ts";

const NEW_KEY = "32 random bytes, as `head -c 32 /dev/urandom | base64` makes them";

const WEAKNESSES = {
  "aes-128": "it is 16 bytes long, AES-128",
  "few-different-bytes": "its bytes repeat, random ones would not",
  pattern: "it is a short pattern, repeated",
  sequence: "its bytes count up or down",
  "printable-text": "it is text, which is easier to guess than random bytes",
} as const satisfies Record<Weakness, string>;

/** What was found, in one sentence without a full stop. Never a key. */
export function lintMessage(detail: LintDetail): string {
  switch (detail.kind) {
    case "config-refused":
      return `the API server refuses this configuration: ${refusalMessage(detail.reason)}`;
    case "config-identity-first":
      return `identity is the first provider of ${detail.rule}: secrets are written unencrypted`;
    case "config-published-key":
      return `${referenceText(detail.key)} is a key printed in the Kubernetes documentation: values under it are as good as plaintext`;
    case "config-secrets-not-covered":
      return "no rule names secrets: they are stored unencrypted";
    case "config-servers-differ":
      return `${detail.resource}: ${differenceMessage(detail.difference)} (compared with ${detail.other.path}, line ${detail.other.line})`;
    case "config-weak-key":
      return `${referenceText(detail.key)} is a weak key: ${WEAKNESSES[detail.weakness]}`;
    case "config-duplicate-key-name":
      return detail.isSameSecret
        ? `${referenceText(detail.key)} stands twice (first in line ${detail.firstLine})`
        : `${referenceText(detail.key)} is the name of two keys (first in line ${detail.firstLine}): stored values do not tell which one they need`;
    case "config-repeated-key":
      return `${referenceText(detail.key)} is the same secret as ${referenceText(detail.first)} in line ${detail.firstLine}`;
    case "config-unreachable-provider":
      return unreachableMessage(detail.cause);
    case "config-kms-v1":
      return `${referenceText(detail.key)} uses KMS v1, deprecated since Kubernetes v1.28: since v1.29 the API server refuses it unless the feature gate KMSv1 is on`;
    case "config-aesgcm-rotation":
      return `${referenceText(detail.key)} writes with random nonces: it must be rotated every 200,000 writes`;
    case "config-file-mode":
      return `the file is ${detail.risk} by its group or by everyone (mode ${detail.mode.toString(8).padStart(4, "0")})`;
    case "config-legacy-kind":
      return "kind EncryptionConfig of v1 is the form of old documentation";
  }
}

/** What to write instead, in one sentence without a full stop. */
export function lintRemedy(detail: LintDetail): string {
  switch (detail.kind) {
    case "config-refused":
      return refusalRemedy(detail.reason);
    case "config-identity-first":
      return detail.firstCipher === null
        ? "put an encrypting provider (KMS v2 or secretbox) before identity"
        : `put ${referenceText(detail.firstCipher)} before identity, restart all API servers, and rewrite all secrets`;
    case "config-published-key":
      return `add a new key first (${NEW_KEY}), rewrite all values, then remove this one; treat what it protected as disclosed`;
    case "config-secrets-not-covered":
      return "add `secrets` to a rule's resources, with an encrypting provider first";
    case "config-servers-differ":
      return "give every API server the same file; during a rotation add the new key second everywhere before it goes first";
    case "config-weak-key":
      return `rotate to a new key: ${NEW_KEY}`;
    case "config-duplicate-key-name":
      return detail.isSameSecret
        ? "remove one of the two"
        : "give every key a name of its own, by a rotation to a new name";
    case "config-repeated-key":
      return `give every name a key of its own: ${NEW_KEY}`;
    case "config-unreachable-provider":
      return unreachableRemedy(detail.cause);
    case "config-kms-v1":
      return "add the plugin's v2 provider (`apiVersion: v2`) before it, rewrite all values, then remove this one";
    case "config-aesgcm-rotation":
      return "rotate it automatically, or write with KMS v2 or secretbox";
    case "config-file-mode":
      return detail.risk === "readable"
        ? "give it mode 0600: it holds keys"
        : "give it mode 0600: who can write it chooses the key";
    case "config-legacy-kind":
      return "write `kind: EncryptionConfiguration` and `apiVersion: apiserver.config.k8s.io/v1`; the rest stays as it is";
  }
}

function refusalRemedy(reason: RefusalReason): string {
  switch (reason.kind) {
    case "placeholder-secret":
    case "secret-not-base64":
    case "secret-length":
      return `write a key of your own: ${NEW_KEY}`;
    case "other-kind":
      return "name the EncryptionConfiguration itself: the file given to --encryption-provider-config, rendered if a tool keeps it in another object";
    case "unknown-field":
    case "duplicate-field":
      return "correct or remove the field; names are case-sensitive";
    case "masked":
      return "put the more specific rule before the wildcard";
    default:
      return "correct this line";
  }
}

function differenceMessage(difference: DifferenceDetail): string {
  switch (difference.kind) {
    case "coverage":
      return `${difference.coveredBy} has a rule for it, ${difference.missingIn} has none`;
    case "write-key":
      return `the servers write with different keys, ${referenceText(difference.first)} and ${referenceText(difference.second)}`;
    case "read-key":
      return `${difference.missingIn} can't read with ${referenceText(difference.key)}`;
    case "read-order":
      return "the same keys in another order";
    case "secret":
      return `${referenceText(difference.key)} is another secret here: one server can't read what the other writes`;
  }
}

function unreachableMessage(cause: UnreachableCause): string {
  switch (cause.kind) {
    case "identity-again":
      return `identity stands twice for ${cause.resource}: this one is never used (first in line ${cause.firstLine})`;
    case "same-key-again":
      return `${referenceText(cause.key)} stands twice for ${cause.resource}: this one is never used (first in line ${cause.firstLine})`;
    case "no-core-resource":
      return `the core group has no resource ${cause.resource}: these providers are never used for it`;
    case "no-such-group":
      return `no group is called so: the providers for ${cause.resource} are never used`;
  }
}

function unreachableRemedy(cause: UnreachableCause): string {
  switch (cause.kind) {
    case "identity-again":
    case "same-key-again":
      return "remove it";
    case "no-core-resource":
      return "write the plural with its group, such as `deployments.apps`";
    case "no-such-group":
      return cause.isVersion
        ? "leave the version away: a name is `resource` or `resource.group`"
        : "write the group's full name";
  }
}
