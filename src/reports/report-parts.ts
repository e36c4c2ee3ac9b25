import { Assembler } from "stream-json/core/assembler.js";
import type { Token } from "stream-json/core/parser.js";
import { AuditError } from "../errors.ts";
import type { ReportFile } from "./report-file.ts";
import { tokensOf } from "./report-tokens.ts";

/** What a report is made of, in the order of the file. */
export type ReportPart =
  | { readonly kind: "field"; readonly name: string; readonly value: unknown }
  /** What follows are findings, if there are any. */
  | { readonly kind: "findings" }
  | { readonly kind: "finding"; readonly value: unknown };

/**
 * A report's fields and findings, one at a time, however it is laid out; never more of it in memory than one of them.
 * @param wanted the fields to hand over; others may be as long as the report has findings, and are passed over
 * @throws AuditError NOT_A_REPORT, REPORT_DAMAGED, FILE_NOT_READABLE
 */
export function* partsOf(file: ReportFile, wanted: ReadonlySet<string>): Generator<ReportPart, void> {
  let depth = 0;
  let name = "";
  // The field that is not assembled as a whole.
  let inside: string | null = null;
  let hasFindings = false;
  const assembler = new Assembler();
  for (const tokens of tokensOf(file)) {
    for (const token of tokens) {
      const outside = depth;
      depth += depthChange(token);
      if (outside === 0) {
        if (token.name !== "startObject") throw noReport(file);
      } else if (outside === 1 && token.name === "keyValue") {
        name = token.value;
      } else if (outside === 1 && depth === 2 && !wanted.has(name)) {
        inside = name;
        if (name !== "findings") continue;
        if (hasFindings || token.name !== "startArray") throw noReport(file);
        hasFindings = true;
        yield { kind: "findings" };
      } else if (inside !== null && depth === 1) {
        inside = null;
      } else if (depth > 0 && (inside === null || inside === "findings")) {
        assembler.consume(token);
        if (depth !== (inside === null ? 1 : 2)) continue;
        const value: unknown = assembler.current;
        yield inside === null ? { kind: "field", name, value } : { kind: "finding", value };
      }
    }
  }
  if (!hasFindings) throw noReport(file);
}

function depthChange({ name }: Token): number {
  switch (name) {
    case "startObject":
    case "startArray":
      return 1;
    case "endObject":
    case "endArray":
      return -1;
    default:
      return 0;
  }
}

/** The refusal of a file that is something else. */
export function noReport(file: ReportFile, why = ""): AuditError {
  return new AuditError("NOT_A_REPORT", `${file.path} is no JSON report of this program${why}`, {
    nextStep: "make one with -o json=FILE",
  });
}
