import { controlRows } from "./control-rows.ts";
import { escapeForJson } from "./escape.ts";
import { findingRow } from "./finding-row.ts";
import { reportHead } from "./report-head.ts";
import type { Reporter } from "./reporter.ts";
import { TextChunks } from "./text-chunks.ts";

/**
 * The JSON report (schema/report-1.0.schema.json): each top-level field on a line, each finding on a line of its own,
 * so that a report of a million findings is written, and can be read, as a stream.
 */
export const json: Reporter = {
  async write(result, out) {
    const chunks = new TextChunks(out);
    const head = Object.entries(reportHead(result)).map(
      ([name, value]) => `  "${name}": ${escapeForJson(value ?? null)},\n`,
    );
    await chunks.add(`{\n${head.join("")}  "findings": [`);
    let separator = "\n    ";
    for (const finding of result.findings()) {
      const pending = chunks.add(separator + escapeForJson(findingRow(finding, result.sources)));
      if (pending !== undefined) await pending;
      separator = ",\n    ";
    }
    const controls = controlRows(result).map((control) => `\n    ${escapeForJson(control)}`);
    await chunks.add(`\n  ],\n  "controls": [${controls.join(",")}\n  ]\n}\n`);
    await chunks.flush();
  },
};
