import type { AuditResult } from "../model/audit-result.ts";

/** What may have to be seen before a control can be supported. */
const NEEDS = [
  "all-that-was-asked-for",
  "every-namespace",
  "live-values",
  "stored-secrets",
  "history",
  "freed-pages",
  "file-tail",
  "wal",
  "configuration",
  "kms-key-in-force",
] as const;
/** One of them. */
export type Need = (typeof NEEDS)[number];

/** Whether something that a control needs was seen. */
export function isSeen(need: Need, result: AuditResult): boolean {
  return SEEN[need](result);
}

const SEEN = {
  "all-that-was-asked-for": ({ verdict }) => verdict !== "incomplete",
  "every-namespace": ({ namespaces }) => namespaces.length === 0,
  "live-values": ({ looked }) => looked.head,
  "stored-secrets": ({ summary }) =>
    summary.resources.some((use) => use.resource === "secrets" && use.counts.total > 0),
  history: ({ looked }) => looked.history,
  "freed-pages": ({ looked }) => looked.freePages,
  "file-tail": ({ looked }) => looked.tail,
  // A snapshot has no WAL.
  wal: ({ looked, sources }) => looked.wal || sources.every(({ kind }) => kind === "snapshot"),
  configuration: ({ looked }) => looked.configuration,
  "kms-key-in-force": ({ looked, summary }) =>
    looked.kmsCurrent ||
    !summary.keys.some(({ valueClass: { provider } }) => provider === "kms-v1" || provider === "kms-v2"),
} satisfies Record<Need, (result: AuditResult) => boolean>;
