import { CHANGES, type ComparedFinding, type ComparedReport, type Comparison } from "./comparison.ts";
import { CHANGE_WORDS, differenceWords, type Outcome, outcomeOf, outcomeWords } from "./diff-words.ts";
import { escapeForTerminal, keyLine } from "./escape.ts";
import { type GridColumn, renderGrid } from "./grid.ts";
import { lineWidths } from "./line-widths.ts";
import { formatCount } from "./numbers.ts";
import { type Paint, paintFor } from "./paint.ts";
import { wrapProse } from "./prose.ts";
import type { ReportOptions, ReportOutput } from "./reporter.ts";
import type { ReportFinding } from "./schema.ts";
import { LEVEL_PAINT } from "./table-findings.ts";
import { factLines } from "./table-source.ts";

/** New findings that are shown before the rest is counted. */
const FINDING_LIMIT = 20;

/** A comparison for people: what it comes to first, then what bears on it, the counts by kind, and what is new. */
export function writeDiffTable(
  comparison: Comparison,
  out: ReportOutput,
  options: ReportOptions,
): Promise<void> | undefined {
  const { grid, prose } = lineWidths(options);
  const paint = paintFor(options.color);
  const paragraphs = [
    headline(comparison, paint),
    factLines([...reportFacts("Older", comparison.older), ...reportFacts("Newer", comparison.newer)], prose, paint),
    comparison.differences
      .map((difference) => wrapProse(`${escapeForTerminal(differenceWords(difference))}.`, prose, "    ", "  - "))
      .join("\n"),
    kindGrid(comparison, grid, paint),
    newSection(comparison, prose, paint),
  ];
  return out.write(`${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`);
}

const OUTCOME_PAINT = {
  UNKNOWN: "doubtful",
  "NEW FINDINGS": "bad",
  "NOTHING NEW": "good",
} as const satisfies Record<Outcome, keyof Paint>;

/** Never broken: whoever reads the first line alone must have it whole. */
function headline(comparison: Comparison, paint: Paint): string {
  const outcome = outcomeOf(comparison);
  return `${paint[OUTCOME_PAINT[outcome]](outcome)}: ${escapeForTerminal(outcomeWords(comparison))}`;
}

function reportFacts(label: string, { path, head }: ComparedReport): [label: string, text: string][] {
  const cluster = head.cluster === null ? "" : ` of cluster ${escapeForTerminal(head.cluster)}`;
  const revisions = head.sources.length === 1 ? (head.sources[0]?.revision ?? null) : null;
  const revision = revisions === null ? "" : `, revision ${revisions}`;
  const time = head.startedAt.replace(/\.\d+Z$/, "Z");
  return [
    [label, escapeForTerminal(path)],
    [
      "",
      `${head.command}${cluster}, ${escapeForTerminal(time)}${revision}: ${head.verdict} (exit code ${head.exitCode})`,
    ],
  ];
}

function kindGrid({ byKind }: Comparison, width: number, paint: Paint): string {
  if (byKind.size === 0) return "";
  const shown = CHANGES.filter((change) => [...byKind.values()].some((counts) => counts[change] > 0));
  const columns: GridColumn[] = [
    { title: "Kind", kind: "word" },
    ...shown.map((change): GridColumn => ({ title: SHORT_WORDS[change], kind: "number" })),
  ];
  const rows = [...byKind].map(([kind, counts]) => [
    kind,
    ...shown.map((change) => (counts[change] === 0 ? "-" : formatCount(counts[change]))),
  ]);
  return renderGrid(columns, rows, width, paint.quiet, "-o json");
}

const SHORT_WORDS = {
  ...CHANGE_WORDS,
  "not-looked-at": "not looked at",
} as const;

/** The first new findings, and how many more there are. The report is read no further than it must be. */
function newSection({ counts, newerFindings }: Comparison, prose: number, paint: Paint): string {
  if (counts.new === 0) return "";
  const lines = [paint.heading(`New (${formatCount(counts.new)})`), ""];
  let shown = 0;
  for (const { finding } of onlyNew(newerFindings())) {
    if (shown === FINDING_LIMIT) {
      lines.push(`  and ${formatCount(counts.new - shown)} more: -o json`);
      break;
    }
    lines.push(...findingLines(finding, prose, paint));
    if (++shown === counts.new) break;
  }
  return lines.join("\n");
}

function* onlyNew(findings: Iterable<ComparedFinding>): Iterable<ComparedFinding> {
  for (const compared of findings) if (compared.change === "new") yield compared;
}

function findingLines(
  { kind, level, message, key, keyBase64, file, line }: ReportFinding,
  prose: number,
  paint: Paint,
) {
  const words = wrapProse(`${level}: ${escapeForTerminal(message)} (${kind})`, prose, "    ", "  ");
  const bytes = keyBase64 === undefined ? key : Buffer.from(keyBase64, "base64");
  const place = line === null ? null : `${escapeForTerminal(file ?? "")}:${line}`;
  return [
    words.replace(level, LEVEL_PAINT[level](level, paint)),
    ...(bytes === null || bytes === undefined ? [] : [`    ${keyLine(Buffer.from(bytes)).text}`]),
    ...(place === null ? [] : [`    ${place}`]),
  ];
}
