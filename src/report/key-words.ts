import type { FindingKind } from "../model/finding.ts";
import { keyText, referenceText } from "../model/key-reference.ts";
import type { StoredValue } from "../model/stored-value.ts";
import { escapeForTerminal } from "./escape.ts";
import { type KindWords, ofSource, ofValue } from "./kind-words.ts";
import { are, countOf, formatCount, has } from "./numbers.ts";
import { rewriteObjects } from "./remedies.ts";
import { valueNoun } from "./value-words.ts";

/** The English of findings about the keys that values lie under. */
export const KEY_WORDS = {
  "stale-key": ofValue({
    summary: (count) => `${countOf(count, "live value")} ${are(count)} readable, but not under the write key`,
    message: (value) =>
      `The live value of ${valueNoun(value)} lies under ${keyOf(value)}, not under ${writeKeyOf(value)}`,
    remediation: (value) => {
      const keep = `Keep ${keyOf(value)} in the configuration of every kube-apiserver until no value needs it.`;
      return value.standing?.writeKey.provider === "identity"
        ? `The configuration writes with identity: a rewrite would store the value unencrypted. Put an encrypting provider first on every kube-apiserver, then rewrite. ${keep}`
        : `${rewriteObjects(value.resource)} ${keep}`;
    },
  }),
  "stale-kms-key": ofValue({
    summary: (count) =>
      `${countOf(count, "live value")} ${are(count)} under another KMS key than the current one (named, or else the newest seen)`,
    message: (value) =>
      `The live value of ${valueNoun(value)} lies under ${wholeKeyOf(value)}, not under the current KMS key (named, or else the newest seen)`,
    remediation: (value) =>
      value.valueClass.provider === "kms-v1"
        ? `Change each object, since KMS v1 passes over an unchanged one: set an annotation on every object of ${escapeForTerminal(value.resource)}.`
        : `${rewriteObjects(value.resource)} Where the plugin kept its key ID, restart every kube-apiserver first and change each object.`,
  }),
  "writers-disagree": ofSource("writers-disagree", {
    summary: () => "stored revisions show API servers that write, or wrote, with different keys",
    message: ({ resource, keys, changes, firstChange, lastChange }) =>
      `Writes of ${escapeForTerminal(resource)} changed ${countOf(changes, "time")} between ${keys.map(keyText).join(" and ")} (revisions ${firstChange} to ${lastChange})`,
    remediation: ({ lastChange }) =>
      `Compare the configurations of all API servers. Where they differ, restart or reload every kube-apiserver, then rewrite what is stored. Where they agree by now, this goes when revision ${lastChange} is compacted.`,
  }),
  "retired-key-in-use": ofValue({
    summary: (count) => `${countOf(count, "value")} ${count === 1 ? "needs" : "need"} the key that is to be retired`,
    message: (value) => `The ${age(value)} of ${valueNoun(value)} needs ${wholeKeyOf(value)}`,
    remediation: (value, source) => {
      const goes =
        value.location === "history" ? "It goes with the next compaction past it." : rewriteObjects(value.resource);
      return source?.kind === "live"
        ? `${goes} Keep the key until then.`
        : `In the cluster: ${goes} Nothing changes in this file: keep the key as long as you keep it, or destroy it.`;
    },
  }),
  "unreadable-after": ofValue({
    summary: (count) => `${countOf(count, "value")} can't be read under the next configuration`,
    message: (value) =>
      `The ${age(value)} of ${valueNoun(value)} can't be read under the next configuration: ${whyUnread(value)}`,
    remediation: (value) =>
      `Leave ${keyOf(value)} in the next configuration, behind the write key, until the value is rewritten.`,
  }),
  "unreadable-value": ofValue({
    summary: (count) => `${countOf(count, "live value")} can't be read with any key in force`,
    message: (value) => `kube-apiserver can't read the live value of ${valueNoun(value)}: ${whyUnread(value)}`,
    remediation: makeReadable,
  }),
  "decryption-failed": ofValue({
    summary: (count) =>
      `${countOf(count, "live value")} ${has(count)} a key that is there and does not open ${count === 1 ? "it" : "them"}`,
    message: (value) => `The live value of ${valueNoun(value)} does not open under ${keyOf(value)}, which it names`,
    remediation: () =>
      "See whether the secret of this key was changed under the same name, or whether the value was altered or copied from another etcd key. Put the right secret back, or restore the object from elsewhere.",
  }),
  "nonce-reuse": ofValue({
    summary: (count) =>
      `${countOf(count, "value")} ${count === 1 ? "shares its nonce" : "share their nonces"} with another ciphertext under the same key`,
    message: (value) =>
      `The value of ${valueNoun(value)} of revision ${value.modRevision} has the nonce of another ciphertext under ${keyOf(value)}`,
    remediation: () =>
      "Rotate the key and rewrite what is stored; find out what repeats random numbers: a restored virtual machine, a patched kube-apiserver, another writer.",
  }),
  "write-budget": ofSource("write-budget", {
    summary: () => "an aesgcm key is near or past the number of writes that its nonces allow",
    message: ({ key, atLeast, atMost }) =>
      `${escapeForTerminal(referenceText(key))} has made at least ${formatCount(atLeast)} and at most ${formatCount(atMost)} writes; it should be rotated every 200,000`,
    remediation: () =>
      "Rotate the key now, and by a schedule from now on; or write with secretbox or KMS v2, which need no such limit.",
  }),
} satisfies Partial<Record<FindingKind, KindWords>>;

function keyOf({ valueClass }: StoredValue): string {
  return keyText({ ...valueClass, keyId: null });
}

function wholeKeyOf({ valueClass }: StoredValue): string {
  const version = valueClass.kekVersion === null ? "" : ` (${valueClass.kekVersion})`;
  return keyText(valueClass) + version;
}

function writeKeyOf({ standing }: StoredValue): string {
  return standing === null ? "the write key" : `the write key ${referenceText(standing.writeKey)}`;
}

function age({ location, modRevision }: StoredValue): string {
  return location === "head" ? "live value" : `superseded value (revision ${modRevision})`;
}

/** Why no key reads a value; follows a colon. */
function whyUnread(value: StoredValue): string {
  const { valueClass, standing } = value;
  if (standing?.outcome === "no-object") return "it is no object that can be decoded";
  if (valueClass.provider === "identity") return "it is not encrypted, and identity is not among the providers";
  if (standing?.outcome === "wrong-key") return `${keyOf(value)} is there and does not open it`;
  return `it lies under ${keyOf(value)}, which is not configured for this resource`;
}

/** What lets kube-apiserver read a value again. */
function makeReadable(value: StoredValue): string {
  if (value.standing?.outcome === "no-object") {
    return "Restore the object from elsewhere or make it anew, and find out what wrote or cut it.";
  }
  if (value.valueClass.provider === "identity") {
    return "Put identity last into the providers of this resource, restart every kube-apiserver, then rewrite what is stored.";
  }
  return (
    `Put ${keyOf(value)} back into the configuration of every kube-apiserver, behind the write key, then rewrite what ` +
    "is stored. Without that key the object can only be restored from elsewhere."
  );
}
