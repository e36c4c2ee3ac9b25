import type { Finding, FindingKind } from "../model/finding.ts";
import { keyText } from "../model/key-reference.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { Standing } from "../model/standing.ts";
import type { StoredValue } from "../model/stored-value.ts";
import { CONFIGURATION_WORDS } from "./configuration-words.ts";
import { escapeForTerminal, keyLine } from "./escape.ts";
import { KEY_WORDS } from "./key-words.ts";
import { type KindWords, ofSource, ofValue } from "./kind-words.ts";
import { are, countOf, formatBytes, has, them } from "./numbers.ts";
import {
  checkCompaction,
  defragment,
  displaceWal,
  encryptAndRewrite,
  reclaimOldBytes,
  removeSupersededRevisions,
  rewriteObjects,
  wipeFreedPages,
} from "./remedies.ts";
import { malformationWords, placeWords, valueNoun } from "./value-words.ts";

const WORDS = {
  "plaintext-value": ofValue({
    summary: (count) => `${countOf(count, "live value")} of audited resources ${are(count)} not encrypted`,
    message: (value) => `The live value of ${valueNoun(value)} is not encrypted`,
    remediation: ({ resource, standing }, source) =>
      `${isEncryptedNow(standing) ? rewriteObjects(resource) : encryptAndRewrite(resource)} The old values stay behind as superseded revisions: ${reclaimOldBytes(source)}`,
  }),
  "plaintext-revision": ofValue({
    summary: (count) => `${countOf(count, "superseded revision")} ${are(count)} not encrypted`,
    message: (value) => `A superseded value of ${valueNoun(value)}, of revision ${value.modRevision}, is not encrypted`,
    remediation: (_, source) => removeSupersededRevisions(source),
  }),
  "plaintext-residue": ofValue({
    summary: (count) => `plaintext lies in ${countOf(count, "place")} that the store no longer uses`,
    message: (value) => `Plaintext of ${valueNoun(value)}${ofRevision(value)} lies ${placeWords(value)}`,
    remediation: (value, source) => (value.location === "wal" ? displaceWal() : wipeFreedPages(source)),
  }),
  "residue-unattributed": ofSource("residue-unattributed", {
    summary: () => "freed bytes of which no key can be told may hold anything",
    message: ({ bytes }) =>
      `${formatBytes(bytes)} in freed pages have lost their beginning: whose bytes they are can't be told`,
    remediation: (_, source) => wipeFreedPages(source),
  }),
  "malformed-ciphertext": ofValue({
    summary: (count) =>
      `${countOf(count, "value")} ${has(count)} the prefix of a provider that can't have written ${them(count)}`,
    message: (value) =>
      `The ${age(value)} of ${valueNoun(value)} claims ${keyText(value.valueClass)}, but ${malformationWords(value.valueClass)}`,
    remediation: () =>
      "kube-apiserver can't read such a value. Restore the object from a backup or make it anew, and find out what wrote or cut it.",
  }),
  "unknown-provider": ofValue({
    summary: (count) => `${countOf(count, "value")} ${has(count)} a prefix that no Kubernetes release writes`,
    message: (value) =>
      `The ${age(value)} of ${valueNoun(value)} begins with k8s:enc:, but names a provider or version that no Kubernetes release has`,
    remediation: () =>
      "Find out what wrote it: a patched or a newer kube-apiserver, or another program. Whether it is encrypted can't be told from its bytes.",
  }),
  "compaction-stalled": ofSource("compaction-stalled", {
    summary: () => "nothing seems to move the compact revision",
    message: ({ revision, compactRevision }) =>
      compactRevision === 0
        ? `The store is at revision ${revision} and was never compacted: superseded revisions pile up`
        : `The compact revision is ${compactRevision} while the store is at revision ${revision}, ${countOf(revision - compactRevision, "revision")} on: superseded revisions pile up`,
    remediation: ({ revision }) => checkCompaction(revision),
  }),
  "members-differ": ofSource("members-differ", {
    summary: () => "members of the cluster store different things",
    message: ({ endpoints }) =>
      `Members of one cluster give different hashes of the same revisions: ${endpoints.map(escapeForTerminal).join(", ")}`,
    remediation: () =>
      "The members have diverged: find out which is right (`etcdctl endpoint hashkv --cluster`), and replace the others by new members.",
  }),
  "defragmentation-due": ofSource("defragmentation-due", {
    summary: () => "the database file holds freed space that may hold old values",
    message: ({ freeBytes }) => `${formatBytes(freeBytes)} of the database file are free and may still hold old values`,
    remediation: (_, source) => defragment(source),
  }),
  "resource-not-served": ofValue({
    summary: (count) => `${countOf(count, "value")} of a custom resource whose definition is gone`,
    message: (value) =>
      `The CustomResourceDefinition of ${value.resource} is gone: kubectl can't rewrite ${valueNoun(value)}`,
    remediation: () =>
      "Put the CustomResourceDefinition back, then rewrite or delete its objects. Taking the definition away again deletes what is left of them.",
  }),
  "no-secrets-stored": ofSource("no-secrets-stored", {
    summary: () => "no secret is stored under the prefixes looked at",
    message: () => "No secret is stored under the prefixes looked at",
    remediation: () => "If the cluster has secrets, name the etcd prefix of its kube-apiserver: `--prefix PREFIX`.",
  }),
  "unlooked-prefix": ofSource("unlooked-prefix", {
    summary: () => "keys shaped like those of Kubernetes lie outside the prefixes looked at",
    message: ({ prefix, keys, exampleKey }) =>
      `${countOf(keys, "key")} shaped like those of Kubernetes ${keys === 1 ? "lies" : "lie"} under ${prefix}, which was not looked at, for example ${keyLine(exampleKey).text}`,
    remediation: ({ prefix }) =>
      SHELL_SAFE.test(prefix)
        ? `Scan them too: \`--prefix ${prefix}\`.`
        : "Scan them too: name this prefix with --prefix.",
  }),
  ...KEY_WORDS,
  ...CONFIGURATION_WORDS,
} satisfies Record<FindingKind, KindWords>;

const SHELL_SAFE = /^[\w./-]+$/;

/** What many findings of one kind say together, with their count. */
export function summaryOf(kind: FindingKind, count: number): string {
  return WORDS[kind].summary(count);
}

/** What a finding says, as one sentence without a full stop. Names in it are as stored: escape it for where it goes. */
export function messageOf(finding: Finding): string {
  return finding.written?.message ?? WORDS[finding.kind].message(finding);
}

/** What to do about a finding, worded for the kind of source it was made in; commands between back quotes. */
export function remediationOf(finding: Finding, source: SourceFacts | undefined): string {
  return finding.written?.remediation ?? WORDS[finding.kind].remediation(finding, source);
}

/** Whether the configuration that was given writes the resource encrypted. */
function isEncryptedNow(standing: Standing | null): boolean {
  return standing !== null && standing.writeKey.provider !== "identity";
}

function age(value: StoredValue): string {
  return value.location === "head" ? "live value" : `superseded value (revision ${value.modRevision})`;
}

function ofRevision({ modRevision }: StoredValue): string {
  return modRevision === 0 ? "" : `, of revision ${modRevision},`;
}
