import { assessControls } from "../controls/assess.ts";
import type { AssessedControl, Gap } from "../controls/control.ts";
import type { Need } from "../controls/need.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { listWords } from "./prose.ts";
import type { ReportControl } from "./schema.ts";
import { summaryOf } from "./words.ts";

/**
 * Every control with what the audit says of it, in words, as the contract's `controls` has them; none of many clusters
 * together, since each has its own in its own report.
 */
export function controlRows(result: AuditResult): readonly ReportControl[] {
  if (result.clusters !== undefined) return [];
  return assessControls(result).map((assessed) => ({
    framework: assessed.framework,
    id: assessed.control.id,
    title: assessed.control.title,
    status: assessed.status,
    findings: [...assessed.contradictedBy],
    reason: reasonOf(assessed, result),
  }));
}

function reasonOf(assessed: AssessedControl, result: AuditResult): string | null {
  switch (assessed.status) {
    case "supported":
      return null;
    case "contradicted":
      return contradiction(assessed, result);
    case "not-assessed":
      return openQuestions(assessed.gaps, result);
  }
}

function contradiction({ contradictedBy, refusedProviders }: AssessedControl, result: AuditResult): string {
  const found = contradictedBy.map((kind) => counted(kind, result));
  if (refusedProviders.length > 0) {
    found.push(`live values are stored with ${listWords(refusedProviders)}, which it does not accept`);
  }
  return found.join("; ");
}

function openQuestions(gaps: readonly Gap[], result: AuditResult): string {
  const reasons: string[] = [];
  const unseen: string[] = [];
  for (const gap of gaps) {
    switch (gap.kind) {
      case "other-cluster":
        reasons.push(
          gap.only === "openshift" ? "no prefix of OpenShift was seen" : "it needs a snapshot of such a cluster",
        );
        break;
      case "procedure":
        reasons.push("it asks for more than stored bytes can show");
        break;
      case "not-seen":
        unseen.push(UNSEEN[gap.need]);
        break;
      case "left-open":
        reasons.push(counted(gap.by, result));
        break;
    }
  }
  return [...reasons, ...(unseen.length === 0 ? [] : [`not seen: ${unseen.join(", ")}`])].join("; ");
}

function counted(kind: AssessedControl["contradictedBy"][number], { summary }: AuditResult): string {
  return summaryOf(kind, summary.findings.byKind.get(kind) ?? 0);
}

const UNSEEN = {
  "all-that-was-asked-for": "all that was asked for",
  "every-namespace": "other namespaces",
  "live-values": "live values",
  "stored-secrets": "a stored secret",
  history: "superseded revisions",
  "freed-pages": "freed pages",
  "file-tail": "file tail",
  wal: "WAL",
  configuration: "configuration",
  "kms-key-in-force": "KMS key in force",
} satisfies Record<Need, string>;
