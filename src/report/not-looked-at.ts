import type { AuditResult } from "../model/audit-result.ts";

/**
 * What was not looked at, in the words of a verdict's first line. Only what there is to look at is named: a snapshot
 * has no WAL, a configuration alone tells of no value, and a KMS key is in force only where a KMS provider wrote.
 */
export function notLookedAt({ command, looked, sources, summary, namespaces }: AuditResult): string[] {
  if (command === "lint-config") return ["stored values"];
  const hasWal = sources.some(({ kind }) => kind !== "snapshot");
  const usesKms = summary.keys.some(({ valueClass: { provider } }) => provider === "kms-v1" || provider === "kms-v2");
  const parts: readonly (readonly [name: string, isMissing: boolean])[] = [
    ["live values", !looked.head],
    ["other namespaces", namespaces.length > 0],
    ["superseded revisions", !looked.history],
    ["freed pages", !looked.freePages],
    ["file tail", !looked.tail],
    ["WAL", !looked.wal && hasWal],
    // A report does not tell that.
    ["other prefixes", command !== "merge" && sources.some(({ looksOutsidePrefixes }) => !looksOutsidePrefixes)],
    ["configuration", !looked.configuration],
    ["KMS key in force", !looked.kmsCurrent && usesKms],
  ];
  return parts.filter(([, isMissing]) => isMissing).map(([name]) => name);
}
