import type { AuditResult } from "../model/audit-result.ts";
import type { ClusterFacts, ReadCluster } from "../model/cluster-facts.ts";
import { FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import { auditedValues } from "./audited-values.ts";
import { escapeForTerminal } from "./escape.ts";
import { type GridColumn, renderGrid } from "./grid.ts";
import { countOf, formatCount } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { listWords, wrapProse } from "./prose.ts";
import { incompleteReasonLines } from "./report-head.ts";
import { isoSeconds } from "./table-source.ts";
import { verdictLine } from "./table-verdict.ts";
import { summaryOf } from "./words.ts";

/**
 * Many clusters at a glance: the verdict of all, the clusters with the worst first, why some are not
 * known, the kinds of finding. Behind each verdict stands the report's exit code.
 */
export function fleetParagraphs(
  result: AuditResult,
  clusters: readonly ClusterFacts[],
  columns: number,
  prose: number,
  paint: Paint,
): readonly string[] {
  return [
    verdictLine(result, paint),
    wrapProse(countsOf(clusters, result.cluster), prose),
    `${paint.heading("Clusters and their audited live values, the worst first")}\n\n${clusterGrid(clusters, columns, paint)}`,
    unknownSection(result, clusters, prose, paint),
    kindSection(clusters, columns, paint),
    wrapProse(`Merged ${isoSeconds(result.startedAt)}, ${result.tool.name} ${result.tool.version}.`, prose),
  ];
}

function countsOf(clusters: readonly ClusterFacts[], name: string | null): string {
  const unreadable = clusters.filter(({ kind }) => kind === "unreadable").length;
  const verdict = (word: string) => clusters.filter((facts) => facts.kind === "read" && facts.verdict === word).length;
  const parts = [
    [unreadable, "can't be read", "can't be read"],
    [verdict("incomplete"), "is incomplete", "are incomplete"],
    [verdict("fail"), "fails", "fail"],
    [verdict("pass"), "passes", "pass"],
  ] as const;
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, one, several]) => `${formatCount(count)} ${count === 1 ? one : several}`);
  const of = name === null ? "" : ` of ${escapeForTerminal(name)}`;
  return `${countOf(clusters.length, "report")}${of}: ${listWords(words)}.`;
}

/** A cluster without a name is told by its report. */
function nameOf({ cluster, path }: ClusterFacts): string {
  return escapeForTerminal(cluster ?? path);
}

function clusterGrid(clusters: readonly ClusterFacts[], columns: number, paint: Paint): string {
  const verdictPaint = (text: string) => {
    return text.startsWith("pass")
      ? paint.good(text)
      : text.startsWith("fail")
        ? paint.bad(text)
        : paint.doubtful(text);
  };
  const head: GridColumn[] = [
    { title: "Cluster", kind: "name" },
    { title: "Verdict", kind: "word", paint: verdictPaint },
    { title: "Live", kind: "number" },
    { title: "Plaintext", kind: "number" },
    { title: "Errors", kind: "number" },
    { title: "Warnings", kind: "number" },
    { title: "Scanned", kind: "word" },
  ];
  return renderGrid(head, clusters.map(clusterRow), columns, paint.quiet, "-o json");
}

function clusterRow(facts: ClusterFacts): readonly string[] {
  if (facts.kind === "unreadable") return [nameOf(facts), `unreadable (${facts.exitCode})`, "-", "-", "-", "-", "-"];
  const { summary, verdict, exitCode, startedAt } = facts;
  const { error, warning } = summary.findings.byLevel;
  const numbers = [auditedValues(summary, "total"), auditedValues(summary, "plaintext"), error, warning].map((count) =>
    count === 0 ? "-" : formatCount(count),
  );
  return [nameOf(facts), `${verdict} (${exitCode})`, ...numbers, isoSeconds(startedAt).slice(0, 10)];
}

/** Reports that can't be read and scans that did not see all, each with its reasons. */
function unknownSection(result: AuditResult, clusters: readonly ClusterFacts[], prose: number, paint: Paint): string {
  const lines = clusters.flatMap((facts) => {
    const reasons = facts.kind === "unreadable" ? [facts.error] : reasonsOf(result, facts);
    return reasons.map((reason) => {
      const name = facts.kind === "unreadable" ? "" : `${nameOf(facts)}: `;
      return wrapProse(name + escapeForTerminal(reason), prose, "    ", "  - ");
    });
  });
  return lines.length === 0 ? "" : [paint.heading("Nothing may be concluded of"), "", ...lines].join("\n");
}

function reasonsOf({ sources }: AuditResult, facts: ReadCluster): readonly string[] {
  return facts.sources.flatMap((index) => {
    const source = sources[index];
    return source === undefined ? [] : incompleteReasonLines(source);
  });
}

/** Each kind of finding with its count, and in how many clusters there are some. */
function kindSection(clusters: readonly ClusterFacts[], columns: number, paint: Paint): string {
  const totals = new Map<FindingKind, { findings: number; clusters: number }>();
  for (const facts of clusters) {
    if (facts.kind === "unreadable") continue;
    for (const [kind, count] of facts.summary.findings.byKind) {
      const before = totals.get(kind) ?? { findings: 0, clusters: 0 };
      totals.set(kind, { findings: before.findings + count, clusters: before.clusters + 1 });
    }
  }
  if (totals.size === 0) return "";
  const kinds = FINDING_KINDS.filter((kind) => totals.has(kind));
  const head: GridColumn[] = [
    { title: "Kind", kind: "word" },
    { title: "Findings", kind: "number" },
    { title: "Clusters", kind: "number" },
    { title: "Meaning", kind: "name" },
  ];
  const rows = kinds.map((kind) => {
    const { findings, clusters: of } = totals.get(kind) ?? { findings: 0, clusters: 0 };
    return [kind, formatCount(findings), formatCount(of), summaryOf(kind, findings)];
  });
  return `${paint.heading("Findings by kind")}\n\n${renderGrid(head, rows, columns, paint.quiet, "-o json")}`;
}
