import type { AuditResult } from "../model/audit-result.ts";
import type { FindingKind } from "../model/finding.ts";

/**
 * Whether findings of a kind could have been made at all. Where this is false, that there is none says nothing: no
 * report may count it as passed.
 */
export function wasLookedFor(kind: FindingKind, result: AuditResult): boolean {
  return LOOKED_FOR[kind](result);
}

type Question = (result: AuditResult) => boolean;

const live: Question = ({ looked }) => looked.head;
const configuration: Question = ({ looked }) => looked.configuration;
const liveUnderConfiguration: Question = ({ looked }) => looked.head && looked.configuration;

const LOOKED_FOR = {
  "plaintext-value": live,
  "plaintext-revision": ({ looked }) => looked.history,
  "plaintext-residue": ({ looked, sources }) =>
    looked.freePages && looked.tail && (looked.wal || sources.every(({ kind }) => kind === "snapshot")),
  "residue-unattributed": ({ looked }) => looked.freePages,
  "stale-key": liveUnderConfiguration,
  "stale-kms-key": ({ looked }) => looked.kmsCurrent,
  "writers-disagree": ({ looked }) => looked.head && looked.history,
  "retired-key-in-use": ({ rotation }) => rotation?.question.kind === "retire",
  "unreadable-after": ({ rotation }) => rotation?.question.kind === "next",
  "unreadable-value": liveUnderConfiguration,
  "decryption-failed": ({ looked }) => looked.decrypted.verified + looked.decrypted.plausible > 0,
  "malformed-ciphertext": live,
  "unknown-provider": live,
  "nonce-reuse": live,
  "write-budget": live,
  "compaction-stalled": ({ sources }) => sources.some(({ compactRevision }) => compactRevision !== null),
  "defragmentation-due": ({ sources }) => sources.some(({ dbSizeInUse }) => dbSizeInUse !== null),
  "members-differ": ({ sources }) =>
    sources.some(({ kind, endpoints }) => kind === "live" && (endpoints?.length ?? 0) > 1),
  "resource-not-served": live,
  "no-secrets-stored": live,
  "unlooked-prefix": ({ looked, sources }) => looked.head && sources.every((source) => source.looksOutsidePrefixes),
  "config-refused": configuration,
  "config-identity-first": configuration,
  "config-published-key": configuration,
  "config-secrets-not-covered": configuration,
  "config-servers-differ": ({ configs }) => configs.length > 1,
  "config-weak-key": configuration,
  "config-duplicate-key-name": configuration,
  "config-repeated-key": configuration,
  "config-unreachable-provider": configuration,
  "config-kms-v1": configuration,
  "config-aesgcm-rotation": configuration,
  "config-file-mode": configuration,
  "config-legacy-kind": configuration,
  "config-resource-not-covered": liveUnderConfiguration,
} satisfies Record<FindingKind, Question>;
