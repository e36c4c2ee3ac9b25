import type { AuditResult } from "../model/audit-result.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { escapeForTerminal } from "./escape.ts";
import { formatBytes, formatCount } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { listWords, wrapProse } from "./prose.ts";
import { sourcePlace } from "./source-place.ts";

const LABEL_WIDTH = 10;

/** What was looked at, where, when and by what: one fact a line, labels on the left. */
export function sourceFacts(result: AuditResult, width: number, paint: Paint): string {
  const facts: [label: string, text: string][] = [];
  if (result.cluster !== null) facts.push(["Cluster", escapeForTerminal(result.cluster)]);
  for (const source of result.sources) facts.push(...factsOf(source));
  const prefixes = result.prefixes.length === 0 ? "no known prefix" : listWords(result.prefixes);
  facts.push(["Looked", escapeForTerminal(`under ${prefixes}, for ${listWords(result.resources)}`)]);
  facts.push(...judgedBy(result));
  facts.push(["Scanned", `${isoSeconds(result.startedAt)}, ${result.tool.name} ${result.tool.version}`]);
  return factLines(facts, width, paint);
}

/** The configurations that values were judged by, and how far what they say was proven. */
function judgedBy({ configs, looked }: AuditResult): [label: string, text: string][] {
  if (!looked.configuration) return [];
  const { verified, plausible, notVerifiable } = looked.decrypted;
  const proven = [
    [verified, "authenticated"],
    [plausible, "decrypted to what looks right"],
    [notVerifiable, "not opened"],
  ] as const;
  const counts = proven.filter(([count]) => count > 0).map(([count, how]) => `${formatCount(count)} ${how}`);
  const values = counts.length === 0 ? [] : [["", `encrypted values: ${listWords(counts)}`] as [string, string]];
  const files = configs.map(({ path }, index): [string, string] => [
    index === 0 ? "Judged by" : "",
    escapeForTerminal(path),
  ]);
  return [
    ...(files.length === 0 ? [["Judged by", "no configuration in force"] as [string, string]] : files),
    ...values,
  ];
}

/** One fact a line, wrapped, its label on the left; an empty label goes on with the fact above. */
export function factLines(
  facts: readonly (readonly [label: string, text: string])[],
  width: number,
  paint: Paint,
): string {
  return facts
    .map(([label, text]) => {
      const indent = " ".repeat(LABEL_WIDTH);
      return paint.quiet(label.padEnd(LABEL_WIDTH)) + wrapProse(text, width, indent).slice(LABEL_WIDTH);
    })
    .join("\n");
}

function factsOf(source: SourceFacts): [label: string, text: string][] {
  const facts: [string, string][] = [
    ["Source", escapeForTerminal(sourcePlace(source))],
    ["", [source.kind, versionWords(source), ...sizeWords(source)].join(", ")],
  ];
  if (source.sha256 !== null) facts.push(["SHA-256", source.sha256]);
  if (source.contentSha256 !== null && source.contentSha256 !== source.sha256) {
    facts.push(["Unpacked", source.contentSha256]);
  }
  facts.push(["Revision", `${source.revision ?? "not told"}, ${compactionWords(source)}`]);
  return facts;
}

/** A file tells no more than the version of its format. */
function versionWords({ etcdVersion, kind }: SourceFacts): string {
  if (etcdVersion === null) return "etcd version not told";
  return `etcd ${escapeForTerminal(kind === "live" ? etcdVersion : etcdVersion.replace(/^(\d+\.\d+)\.0$/, "$1"))}`;
}

function sizeWords({ dbSize, dbSizeInUse }: SourceFacts): string[] {
  if (dbSize === null) return [];
  return dbSizeInUse === null ? [formatBytes(dbSize)] : [`${formatBytes(dbSize)} (${formatBytes(dbSizeInUse)} in use)`];
}

function compactionWords({ compactRevision, scheduledCompactRevision }: SourceFacts): string {
  if (compactRevision === null) return "compact revision not learned";
  const words = compactRevision === 0 ? "never compacted" : `compact revision ${compactRevision}`;
  return scheduledCompactRevision !== null && scheduledCompactRevision > compactRevision
    ? `${words}, a compaction to ${scheduledCompactRevision} has not ended`
    : words;
}

/** A time as RFC 3339 in UTC, to the second. */
export function isoSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
