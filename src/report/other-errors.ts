import type { AuditResult } from "../model/audit-result.ts";
import { DEFAULT_LEVELS, type FindingKind } from "../model/finding.ts";
import { summaryOf } from "./words.ts";

/** What else stands against a pass: errors of kinds that counts of states do not tell, a sentence each. */
export function otherErrors({ summary }: AuditResult): string[] {
  return [...summary.findings.byKind]
    .filter(([kind]) => DEFAULT_LEVELS[kind] === "error" && !TOLD_IN_NUMBERS.has(kind))
    .map(([kind, count]) => {
      const words = summaryOf(kind, count);
      return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
    });
}

const TOLD_IN_NUMBERS: ReadonlySet<FindingKind> = new Set([
  "plaintext-value",
  "plaintext-revision",
  "malformed-ciphertext",
  "unknown-provider",
]);
