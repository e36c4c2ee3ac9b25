import type { AuditResult } from "../../model/audit-result.ts";
import type { ClusterFacts } from "../../model/cluster-facts.ts";
import { auditedValues } from "../audited-values.ts";
import { formatCount } from "../numbers.ts";
import { isoSeconds } from "../table-source.ts";
import { dataTable, type Section } from "./data-table.ts";
import { type MarkupValue, markup } from "./markup.ts";

/** The clusters of a merged report, the worst first; null for a report of one cluster. */
export function fleetSection({ clusters }: AuditResult): Section | null {
  if (clusters === undefined) return null;
  return {
    id: "clusters",
    title: "Clusters",
    body: dataTable(
      "Clusters and their audited live values, the worst first",
      [
        { title: "Cluster", kind: "text" },
        { title: "Verdict", kind: "text" },
        { title: "Exit code", kind: "number" },
        { title: "Live", kind: "number" },
        { title: "Not encrypted", kind: "number" },
        { title: "Errors", kind: "number" },
        { title: "Warnings", kind: "number" },
        { title: "Scanned", kind: "number" },
      ],
      clusters.map(clusterRow),
    ),
  };
}

function clusterRow(facts: ClusterFacts): MarkupValue[] {
  const name = facts.cluster ?? facts.path;
  if (facts.kind === "unreadable") {
    return [
      name,
      markup`<strong class="no">can't be read</strong>: ${facts.error}`,
      facts.exitCode,
      "–",
      "–",
      "–",
      "–",
      "–",
    ];
  }
  const { summary, verdict, exitCode, startedAt } = facts;
  const { error, warning } = summary.findings.byLevel;
  const numbers = [auditedValues(summary, "total"), auditedValues(summary, "plaintext"), error, warning];
  return [
    name,
    verdict === "pass" ? verdict : markup`<strong class="no">${verdict}</strong>`,
    exitCode,
    ...numbers.map((count) => (count === 0 ? "–" : formatCount(count))),
    isoSeconds(startedAt).slice(0, 10),
  ];
}
