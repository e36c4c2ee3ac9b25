import type { AuditResult } from "../model/audit-result.ts";
import type { ConfigurationFacts } from "../model/configuration-facts.ts";
import { type Finding, LEVELS } from "../model/finding.ts";
import { escapeForTerminal } from "./escape.ts";
import { type GridColumn, renderGrid } from "./grid.ts";
import { countOf } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { listWords, wrapProse } from "./prose.ts";
import { LEVEL_PAINT, toDo } from "./table-findings.ts";
import { factLines, isoSeconds } from "./table-source.ts";
import { messageOf, remediationOf } from "./words.ts";

/** Findings that the table shows before it says how to get the rest. */
const FINDING_LIMIT = 200;

/** What was found, in numbers. */
export function configurationMeaning({ summary, configs }: AuditResult, prose: number): string {
  const { byLevel, byKind } = summary.findings;
  const where = configs.length === 1 ? "the configuration" : countOf(configs.length, "configuration");
  const counts = LEVELS.filter((level) => byLevel[level] > 0);
  const found = counts.length === 0 ? "Nothing" : listWords(counts.map((level) => countOf(byLevel[level], level)));
  const off =
    [...byKind.values()].reduce((sum, count) => sum + count, 0) - byLevel.error - byLevel.warning - byLevel.note;
  const switchedOff = off === 0 ? "" : ` (and ${off} switched off)`;
  return wrapProse(
    `${found}${switchedOff} found in ${where}. How values are stored already, only a scan can tell.`,
    prose,
  );
}

/** The files, and what each of them is. */
export function configurationFacts(result: AuditResult, prose: number, paint: Paint): string {
  const facts: [label: string, text: string][] = [];
  if (result.cluster !== null) facts.push(["Cluster", escapeForTerminal(result.cluster)]);
  for (const { path, sha256, kind } of result.configs) {
    facts.push(["File", escapeForTerminal(path)], ["", kind ?? "not accepted by the API server"], ["SHA-256", sha256]);
  }
  facts.push(["Looked at", `${isoSeconds(result.startedAt)}, ${result.tool.name} ${result.tool.version}`]);
  return factLines(facts, prose, paint);
}

/** Each finding with its file and line, and what to write instead; by file and line. */
export function configurationFindings(result: AuditResult, prose: number, paint: Paint): string[] {
  const findings = [...result.findings()];
  if (findings.length === 0) return [];
  const shown = findings.slice(0, FINDING_LIMIT).map((finding) => findingWords(finding, prose, paint));
  const rest = findings.length - shown.length;
  const more = rest === 0 ? [] : [`  and ${countOf(rest, "more finding")}: -o json`];
  return [[`${paint.heading("Findings")}`, ...shown, ...more].join("\n\n")];
}

/** What each rule of the accepted files stores with. */
export function configurationRules(result: AuditResult, columns: number, paint: Paint): string[] {
  const accepted = result.configs.filter(({ resources }) => resources.length > 0);
  return accepted.map((config) => {
    const title = accepted.length === 1 ? "Rules" : `Rules of ${escapeForTerminal(config.path)}`;
    return `${paint.heading(title)}\n\n${rulesGrid(config, columns, paint)}`;
  });
}

function findingWords(finding: Finding, prose: number, paint: Paint): string {
  const { kind, level, subject } = finding;
  const message = escapeForTerminal(messageOf(finding));
  const words = wrapProse(`${level}: ${message} (${kind})`, prose, "      ", "    ");
  return [
    // On a line of its own and never broken: an editor can be sent there.
    subject.kind === "configuration" ? `  ${escapeForTerminal(`${subject.detail.file}:${subject.detail.line}`)}` : "",
    words.replace(level, LEVEL_PAINT[level](level, paint)),
    toDo(escapeForTerminal(remediationOf(finding, undefined)), prose, paint, "    "),
  ].join("\n");
}

function rulesGrid({ resources }: ConfigurationFacts, columns: number, paint: Paint): string {
  const head: GridColumn[] = [
    { title: "Resource", kind: "name" },
    { title: "Written with", kind: "name" },
    { title: "Read with", kind: "name" },
  ];
  const rows = resources.map(({ resource, writeKey, readKeys }) =>
    [resource, writeKey, readKeys.join(", ")].map(escapeForTerminal),
  );
  return renderGrid(head, rows, columns, paint.quiet, "-o json");
}
