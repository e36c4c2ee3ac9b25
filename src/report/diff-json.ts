import type { Change, ComparedReport, Comparison } from "./comparison.ts";
import type { DiffReport } from "./diff-schema.ts";
import { differenceWords } from "./diff-words.ts";
import { escapeForJson } from "./escape.ts";
import type { ReportOutput } from "./reporter.ts";
import { TextChunks } from "./text-chunks.ts";

/** A comparison as JSON (schema/diff-1.0.schema.json): each top-level field on a line, each finding on one of its own. */
export async function writeDiffJson(comparison: Comparison, out: ReportOutput): Promise<void> {
  const chunks = new TextChunks(out);
  const head = Object.entries(diffHead(comparison)).map(([name, value]) => `  "${name}": ${escapeForJson(value)},\n`);
  await chunks.add(`{\n${head.join("")}  "findings": [`);
  let separator = "\n    ";
  for (const { change, finding } of comparison.findings()) {
    const pending = chunks.add(separator + escapeForJson({ change, ...finding }));
    if (pending !== undefined) await pending;
    separator = ",\n    ";
  }
  await chunks.add("\n  ]\n}\n");
  await chunks.flush();
}

function diffHead(comparison: Comparison): Omit<DiffReport, "findings"> {
  const { tool, older, newer, differences, failOn, exitCode, counts, byKind } = comparison;
  return {
    schemaVersion: "1.0",
    tool: { name: tool.name, version: tool.version },
    command: "diff",
    older: compared(older),
    newer: compared(newer),
    differences: differences.map((difference) => ({ kind: difference.kind, message: differenceWords(difference) })),
    policy: { failOn },
    exitCode,
    summary: {
      ...changeCounts(counts),
      byKind: Object.fromEntries([...byKind].map(([kind, ofKind]) => [kind, changeCounts(ofKind)])),
    },
  };
}

function compared({ path, sha256, head }: ComparedReport): DiffReport["older"] {
  const { cluster, command, startedAt, finishedAt, sources, verdict, exitCode } = head;
  return { path, sha256, cluster, command, startedAt, finishedAt, sources, verdict, exitCode };
}

function changeCounts(counts: Readonly<Record<Change, number>>) {
  return {
    new: counts.new,
    notLookedAt: counts["not-looked-at"],
    fixed: counts.fixed,
    remaining: counts.remaining,
  };
}
