import type { ClusterFacts } from "../model/cluster-facts.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_PASS, EXIT_UNUSABLE } from "../model/exit-code.ts";

/** Exit codes of a merge, the worst first. */
const WORST_FIRST: readonly number[] = [EXIT_UNUSABLE, EXIT_INCOMPLETE, EXIT_FINDINGS, EXIT_PASS];

/** The worst exit code of all; one that a report should not have, such as that of an interrupted scan, is incomplete. */
export function worstExitCode(clusters: readonly ClusterFacts[]): number {
  const rank = Math.min(...clusters.map(rankOf));
  return WORST_FIRST[rank] ?? EXIT_INCOMPLETE;
}

/** Orders the worst first: by exit code, then by errors, warnings and notes, then by name and path. */
export function compareClusters(a: ClusterFacts, b: ClusterFacts): number {
  return (
    rankOf(a) - rankOf(b) ||
    countOf(b, "error") - countOf(a, "error") ||
    countOf(b, "warning") - countOf(a, "warning") ||
    countOf(b, "note") - countOf(a, "note") ||
    compareText(a.cluster ?? "", b.cluster ?? "") ||
    compareText(a.path, b.path)
  );
}

function rankOf({ exitCode }: ClusterFacts): number {
  const rank = WORST_FIRST.indexOf(exitCode);
  return rank === -1 ? WORST_FIRST.indexOf(EXIT_INCOMPLETE) : rank;
}

function countOf(facts: ClusterFacts, level: "error" | "warning" | "note"): number {
  return facts.kind === "read" ? facts.summary.findings.byLevel[level] : 0;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
