import { CHANGES, type ComparedReport, type Comparison } from "./comparison.ts";
import { CHANGE_WORDS, differenceWords, outcomeOf, outcomeWords } from "./diff-words.ts";
import { escapeForTerminal, keyLine } from "./escape.ts";
import { formatCount } from "./numbers.ts";
import type { ReportOutput } from "./reporter.ts";
import type { ReportFinding } from "./schema.ts";

/** New findings that are listed: a comment or a job summary takes so much and no more. */
const FINDING_LIMIT = 50;

/** A comparison for a pull request or a job summary. Whatever stands in the reports stands in code spans. */
export function writeDiffMarkdown(comparison: Comparison, out: ReportOutput): Promise<void> | undefined {
  const { older, newer, differences, byKind } = comparison;
  const paragraphs = [
    `**${outcomeOf(comparison)}**: ${codeSpan(outcomeWords(comparison))}`,
    [reportLine("Older", older), reportLine("Newer", newer)].join("\n"),
    differences.map((difference) => `- ${codeSpan(differenceWords(difference))}`).join("\n"),
    byKind.size === 0 ? "" : kindTable(byKind),
    newList(comparison),
  ];
  return out.write(`${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`);
}

function reportLine(label: string, { path, head }: ComparedReport): string {
  const { startedAt, verdict, exitCode, cluster } = head;
  const ofCluster = cluster === null ? "" : ` of ${codeSpan(cluster)}`;
  return `- ${label}: ${codeSpan(path)}${ofCluster}, ${codeSpan(startedAt)}, ${verdict} (exit code ${exitCode})`;
}

function kindTable(byKind: Comparison["byKind"]): string {
  const rows = [...byKind].map(([kind, counts]) => {
    return `| ${kind} | ${CHANGES.map((change) => formatCount(counts[change])).join(" | ")} |`;
  });
  return [
    `| kind | ${CHANGES.map((change) => CHANGE_WORDS[change]).join(" | ")} |`,
    `| --- |${CHANGES.map(() => " ---: |").join("")}`,
    ...rows,
  ].join("\n");
}

function newList({ counts, newerFindings }: Comparison): string {
  if (counts.new === 0) return "";
  const lines: string[] = ["### New", ""];
  let shown = 0;
  for (const { change, finding } of newerFindings()) {
    if (change !== "new") continue;
    if (shown === FINDING_LIMIT) {
      lines.push(`- and ${formatCount(counts.new - shown)} more: \`-o json\``);
      break;
    }
    lines.push(`- ${finding.level} ${finding.kind}: ${codeSpan(finding.message)}${placeOf(finding)}`);
    if (++shown === counts.new) break;
  }
  return lines.join("\n");
}

function placeOf({ key, keyBase64, file, line }: ReportFinding): string {
  if (line !== null) return `, ${codeSpan(`${file ?? ""}:${line}`)}`;
  const bytes = keyBase64 === undefined ? key : Buffer.from(keyBase64, "base64");
  return bytes === null || bytes === undefined ? "" : `, ${codeSpan(keyLine(Buffer.from(bytes)).text)}`;
}

/** A text as it is, fenced by more back quotes in a row than it has itself (CommonMark 6.1). */
function codeSpan(text: string): string {
  const safe = escapeForTerminal(text);
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 && safe !== "" && !/^ | $/.test(safe) ? `${fence}${safe}${fence}` : `${fence} ${safe} ${fence}`;
}
