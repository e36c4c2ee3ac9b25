import { escapeForCsv, isExactInCsv } from "./escape.ts";
import { findingRow } from "./finding-row.ts";
import type { Reporter } from "./reporter.ts";
import type { ReportFinding } from "./schema.ts";
import { TextChunks } from "./text-chunks.ts";

const COLUMNS = [
  "kind",
  "level",
  "key",
  "keyBase64",
  "resource",
  "namespace",
  "name",
  "modRevision",
  "createRevision",
  "location",
  "provider",
  "keyName",
  "keyId",
  "kekVersion",
  "source",
  "file",
  "line",
  "offset",
  "fingerprint",
  "message",
  "remediation",
] as const satisfies readonly (keyof ReportFinding)[];

/** The findings as RFC 4180, with a header row; of several clusters, their name or report first. `keyBase64` is there too where the cell `key` is not the exact key. */
export const csv: Reporter = {
  async write(result, out) {
    const chunks = new TextChunks(out);
    const { clusters } = result;
    await chunks.add(`${clusters === undefined ? "" : "cluster,"}${COLUMNS.join(",")}\r\n`);
    for (const finding of result.findings()) {
      const row = findingRow(finding, result.sources);
      const cluster = clusters?.[row.cluster ?? -1];
      const first = clusters === undefined ? "" : `${escapeForCsv(cluster?.cluster ?? cluster?.path ?? null)},`;
      const pending = chunks.add(first + csvRow(row));
      if (pending !== undefined) await pending;
    }
    await chunks.flush();
  },
};

function csvRow(row: ReportFinding): string {
  return `${COLUMNS.map((column) => escapeForCsv(cell(row, column))).join(",")}\r\n`;
}

function cell(row: ReportFinding, column: (typeof COLUMNS)[number]): string | number | null {
  if (column === "keyBase64" && typeof row.key === "string" && !isExactInCsv(row.key)) {
    return Buffer.from(row.key, "utf8").toString("base64");
  }
  return row[column] ?? null;
}
