import type { AuditResult } from "../model/audit-result.ts";
import { type Finding, type FindingKind, POLICY_LEVELS, type PolicyLevel } from "../model/finding.ts";
import { escapeForTerminal, keyLine } from "./escape.ts";
import { pageOf } from "./finding-page.ts";
import { formatCount } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { plaintextKeys } from "./plaintext-keys.ts";
import { listWords, wrapProse } from "./prose.ts";
import { messageOf, remediationOf, summaryOf } from "./words.ts";

/** Keys that the table lists before it says how to get the rest. */
const KEY_LIMIT = 20;
/** Different things to do about findings of one kind that the table says. */
const REMEDY_LIMIT = 4;

/** What the table shows of the findings, however many there are. */
export interface FindingDigest {
  readonly plaintextKeys: readonly string[];
  readonly plaintextCount: number;
  /** The resources of unencrypted values, in the order met. */
  readonly plaintextResources: readonly string[];
  /** What to do about the first unencrypted value; resources of the others are named. */
  readonly plaintextRemediation: string;
  readonly groups: readonly FindingGroup[];
}

/** Findings of one kind and level. */
interface FindingGroup {
  readonly kind: FindingKind;
  readonly level: PolicyLevel;
  readonly message: string;
  /** The etcd key of the example, where it is about one. */
  readonly key: string | null;
  /** What to do, each text once, at most so many as are shown. */
  readonly remediations: string[];
  count: number;
}

/** Keeps of the findings the first keys, and of every kind and level an example and the count. */
export function digestFindings(result: AuditResult): FindingDigest {
  const plaintextResources = new Set<string>();
  let plaintextCount = 0;
  let plaintextRemediation = "";
  const groups = new Map<string, FindingGroup>();
  for (const { first, count } of result.alike()) {
    const { kind, level, subject } = first;
    if (kind === "plaintext-value" && subject.kind === "value") {
      if (plaintextCount === 0) plaintextRemediation = remediation(first, result);
      plaintextCount += count;
      plaintextResources.add(subject.value.resource);
      continue;
    }
    const id = `${kind} ${level}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, newGroup(first, count, result));
    else addTo(group, first, count, result);
  }
  return {
    plaintextKeys: firstPlaintextKeys(result),
    plaintextCount,
    plaintextResources: [...plaintextResources].map(escapeForTerminal),
    plaintextRemediation,
    groups: [...groups.values()].sort(byWeight),
  };
}

/** The keys still unencrypted, each whole on a line of its own, and what to do about them. */
export function plaintextSection(digest: FindingDigest, width: number, paint: Paint): string[] {
  if (digest.plaintextCount === 0) return [];
  const rest = digest.plaintextCount - digest.plaintextKeys.length;
  const others = digest.plaintextResources.slice(1);
  const lines = digest.plaintextKeys.map((key) => `  ${key}`);
  if (rest > 0) lines.push(`  and ${formatCount(rest)} more: -o keys`);
  return [
    `${paint.heading(`Still unencrypted (${formatCount(digest.plaintextCount)})`)}\n\n${lines.join("\n")}`,
    `${toDo(digest.plaintextRemediation, width, paint)}\n${moreOn("plaintext-value", paint)}`,
    ...(others.length === 0 ? [] : [wrapProse(`The same goes for ${listWords(others)}.`, width, "  ")]),
  ];
}

/** All other findings: of each kind the level, the count, an example and what to do. */
export function otherSection(digest: FindingDigest, width: number, paint: Paint): string[] {
  const [first, ...others] = digest.groups.map((group) => groupWords(group, width, paint));
  if (first === undefined) return [];
  const title = digest.plaintextCount === 0 ? "Findings" : "Other findings";
  return [`${paint.heading(title)}\n\n${first}`, ...others];
}

function groupWords(group: FindingGroup, width: number, paint: Paint): string {
  const { level, kind, count, message, key } = group;
  const isOne = count === 1;
  const title = isOne ? message : summaryOf(kind, count);
  const lines = [
    wrapProse(`${level}: ${title} (${kind})`, width, "    ", "  ").replace(level, LEVEL_PAINT[level](level, paint)),
  ];
  if (!isOne) lines.push(wrapProse(`For example: ${message}`, width, "    "));
  if (key !== null) lines.push(`    ${key}`);
  for (const remedy of group.remediations.slice(0, REMEDY_LIMIT)) lines.push(toDo(remedy, width, paint, "    "));
  if (group.remediations.length > REMEDY_LIMIT) lines.push("    And more that is to be done: -o json");
  lines.push(moreOn(kind, paint, "    "));
  return lines.join("\n");
}

/** How the word for a level is marked. */
export const LEVEL_PAINT = {
  error: (text, paint) => paint.bad(text),
  warning: (text, paint) => paint.doubtful(text),
  note: (text, paint) => paint.heading(text),
  off: (text, paint) => paint.quiet(text),
} satisfies Record<PolicyLevel, (text: string, paint: Paint) => string>;

/** What to do, wrapped, with a label in front. */
export function toDo(text: string, width: number, paint: Paint, indent = "  "): string {
  const label = "To do:";
  return wrapProse(`${label} ${text}`, width, indent).replace(label, paint.quiet(label));
}

/** Where to read on about a kind of finding. */
function moreOn(kind: FindingKind, paint: Paint, indent = "  "): string {
  return `${indent}${paint.quiet("More:")} ${pageOf(kind)}`;
}

function firstPlaintextKeys(result: AuditResult): readonly string[] {
  const texts: string[] = [];
  for (const key of plaintextKeys(result)) {
    texts.push(keyLine(key).text);
    if (texts.length === KEY_LIMIT) break;
  }
  return texts;
}

function newGroup(finding: Finding, count: number, result: AuditResult): FindingGroup {
  const { kind, level, subject } = finding;
  return {
    kind,
    level,
    message: escapeForTerminal(messageOf(finding)),
    key: subject.kind === "value" ? keyLine(subject.value.key).text : null,
    remediations: [remediation(finding, result)],
    count,
  };
}

function addTo(group: FindingGroup, finding: Finding, count: number, result: AuditResult): void {
  group.count += count;
  if (group.remediations.length > REMEDY_LIMIT) return;
  const text = remediation(finding, result);
  if (!group.remediations.includes(text)) group.remediations.push(text);
}

function remediation(finding: Finding, result: AuditResult): string {
  const source = finding.source === null ? undefined : result.sources[finding.source];
  return escapeForTerminal(remediationOf(finding, source));
}

function byWeight(a: FindingGroup, b: FindingGroup): number {
  return POLICY_LEVELS.indexOf(a.level) - POLICY_LEVELS.indexOf(b.level);
}
