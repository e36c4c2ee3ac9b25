import { uuidOf } from "../evidence/uuid.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { controlRows } from "./control-rows.ts";
import { markdownText } from "./markdown-text.ts";
import { oscalProps } from "./oscal-props.ts";
import type { ReportControl } from "./schema.ts";

/** A finding for each control that the audit supports or contradicts; of the others nothing may be concluded. */
export function controlFindings(result: AuditResult, identity: string) {
  return controlRows(result).flatMap((row) => {
    if (row.status === "not-assessed") return [];
    const isSupported = row.status === "supported";
    const description = isSupported
      ? "Nothing that was looked at speaks against it, and all that it needs was looked at"
      : row.reason;
    return [
      {
        uuid: uuidOf("control", row.framework, row.id, identity),
        title: `${row.framework} ${row.id}: ${row.status}`,
        description: `${markdownText(description ?? "")}.`,
        props: oscalProps({ framework: row.framework, "control-label": row.id, status: row.status }),
        target: {
          type: "objective-id",
          "target-id": controlId(row),
          title: markdownText(row.title),
          status: { state: isSupported ? "satisfied" : "not-satisfied", reason: isSupported ? "pass" : "fail" },
        },
        ...(row.findings.length === 0
          ? {}
          : {
              "related-observations": row.findings.map((kind) => ({ "observation-uuid": kindUuid(kind, identity) })),
            }),
      },
    ];
  });
}

/** All controls that were asked of, those that could not be assessed with the reason. */
export function reviewedControls(result: AuditResult) {
  const all = controlRows(result);
  return {
    "control-selections": [...new Set(all.map(({ framework }) => framework))].map((framework) => {
      const rows = all.filter((row) => row.framework === framework);
      const open = rows.filter(({ status }) => status === "not-assessed");
      const remarks = open.map(({ id, reason }) => `${id} is not assessed: ${reason}.`).join(" ");
      return {
        description: markdownText(framework),
        "include-controls": rows.map((row) => ({ "control-id": controlId(row) })),
        ...(remarks === "" ? {} : { remarks: markdownText(remarks) }),
      };
    }),
  };
}

/** The UUID of the observation on a kind of finding. */
export function kindUuid(kind: string, identity: string): string {
  return uuidOf("kind", kind, identity);
}

/** NIST's catalog writes `sc-28.1`; other frameworks have no catalog, and their name keeps the ids apart. */
function controlId({ framework, id }: ReportControl): string {
  if (framework.startsWith("NIST SP 800-53")) return id.toLowerCase().replace("(", ".").replace(")", "");
  return `${framework} ${id}`
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/-$/, "");
}
