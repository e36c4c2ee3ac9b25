import type { AuditResult } from "../../model/audit-result.ts";
import { controlRows } from "../control-rows.ts";
import type { ReportControl } from "../schema.ts";
import { dataTable, type Section } from "./data-table.ts";
import { markup } from "./markup.ts";

const STATUS_WORDS = {
  contradicted: "contradicted",
  supported: "supported",
  "not-assessed": "not assessed",
} satisfies Record<ReportControl["status"], string>;

/** What was seen says about each control; null where it says nothing of any. Never that anything is compliant. */
export function controlsSection(result: AuditResult): Section | null {
  const controls = controlRows(result);
  if (controls.length === 0) return null;
  const rows = controls.map(({ framework, id, title, status, reason }) => [
    framework,
    id,
    title,
    markup`<span class="status ${status}">${STATUS_WORDS[status]}</span>`,
    reason,
  ]);
  return {
    id: "controls",
    title: "Controls",
    body: markup`<p>What was seen supports a control, contradicts it, or says nothing of it. Whether a control is met is for its assessor to say.</p>
${dataTable(
  "Controls and what was seen",
  [
    { title: "Framework", kind: "text" },
    { title: "ID", kind: "text" },
    { title: "Title", kind: "text" },
    { title: "Status", kind: "text" },
    { title: "Why", kind: "text" },
  ],
  rows,
)}`,
  };
}
