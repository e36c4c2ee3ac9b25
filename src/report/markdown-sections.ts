import type { AuditResult } from "../model/audit-result.ts";
import { type Finding, POLICY_LEVELS } from "../model/finding.ts";
import { keyText } from "../model/key-reference.ts";
import { decodeEtcdKey } from "./etcd-key.ts";
import { pageOf } from "./finding-page.ts";
import { digestByKind, type KindDigest } from "./kind-digest.ts";
import type { MarkdownSection } from "./markdown-page.ts";
import { markdownCell, markdownName, markdownText } from "./markdown-text.ts";
import { formatCount } from "./numbers.ts";
import { paintFor } from "./paint.ts";
import { incompleteReasonLines, mergeByKey } from "./report-head.ts";
import { sourcePlace } from "./source-place.ts";
import { isoSeconds } from "./table-source.ts";
import { policyLine, verdictLine, verdictMeaning } from "./table-verdict.ts";
import { messageOf, remediationOf, summaryOf } from "./words.ts";

/** Findings of one kind that are listed. */
const LISTED_FINDINGS = 50;
/** Rows of a table. */
const LISTED_ROWS = 50;
/** Reasons of an incomplete scan. */
const LISTED_REASONS = 20;

/** The verdict with what was not looked at, and what it means; for an incomplete audit why. */
export function verdictSection(result: AuditResult): MarkdownSection {
  const plain = paintFor(false);
  const reasons = result.sources.flatMap(incompleteReasonLines);
  const isIncomplete = result.verdict === "incomplete";
  const meaning = result.command === "lint-config" ? [] : verdictMeaning(result, Number.POSITIVE_INFINITY).slice(-1);
  const policy = policyLine(result, Number.POSITIVE_INFINITY);
  const head = [
    `## ${verdictLine(result, plain)}`,
    ...(isIncomplete ? ["Nothing may be concluded, since not all that was asked for was seen."] : []),
    ...[...meaning, ...policy].filter((text) => text !== "").map(markdownText),
  ];
  return {
    head: `${head.join("\n\n")}${reasons.length === 0 ? "" : "\n"}`,
    rows: reasons.slice(0, LISTED_REASONS).map((reason) => `- ${markdownText(reason)}`),
    further: Math.max(0, reasons.length - LISTED_REASONS),
    rest: "`-o json`",
  };
}

/** The kinds of finding in a table, then for each of them the first findings and what to do. */
export function findingSections(result: AuditResult): readonly MarkdownSection[] {
  const digests = [...digestByKind(result, LISTED_FINDINGS)].sort((a, b) => weight(a) - weight(b));
  if (digests.length === 0) return [{ head: "No findings.", rows: [], rest: "" }];
  const overview = digests.map((digest) => {
    const levels = POLICY_LEVELS.filter((level) => digest.byLevel.has(level)).join(", ");
    return `| ${levels} | ${formatCount(digest.count)} | \`${digest.kind}\` | ${summaryOf(digest.kind, digest.count)} |`;
  });
  return [
    {
      head: "### Findings\n\n| Level | Count | Kind | What |\n| --- | ---: | --- | --- |",
      rows: overview,
      rest: "`-o json`",
    },
    ...digests.map((digest) => kindSection(digest, result)),
  ];
}

function kindSection({ kind, count, first }: KindDigest, result: AuditResult): MarkdownSection {
  const [example] = first;
  const source = example?.source == null ? undefined : result.sources[example.source];
  const remedy = example === undefined ? "" : markdownText(remediationOf(example, source));
  const page = `See \`${pageOf(kind)}\` in the package.`;
  return {
    head: `#### \`${kind}\`\n\n${remedy === "" ? page : `${remedy} ${page}`}\n`,
    rows: first.map((finding) => `- ${findingText(finding)}`),
    further: count - first.length,
    rest: kind === "plaintext-value" ? "`-o keys`" : "`-o csv`",
  };
}

function findingText(finding: Finding): string {
  const { subject } = finding;
  switch (subject.kind) {
    case "value": {
      const { key, modRevision } = subject.value;
      const decoded = decodeEtcdKey(key);
      const name = markdownName(decoded.kind === "text" ? decoded.text : `base64:${decoded.base64}`);
      if (finding.kind === "plaintext-value") return name;
      if (finding.kind === "plaintext-revision") return `${name}, revision ${modRevision}`;
      // What a finding says names the object; a value that is none is told by its key.
      return markdownText(messageOf(finding));
    }
    case "configuration":
      return `${markdownName(`${subject.detail.file}:${subject.detail.line}`)}: ${markdownText(messageOf(finding))}`;
    case "source":
    case "report":
      return markdownText(messageOf(finding));
  }
}

/** Live values by resource. */
export function resourceSection({ summary }: AuditResult): MarkdownSection {
  const rows = [...summary.resources]
    .sort((a, b) => Number(b.audited) - Number(a.audited))
    .map(({ resource, audited, counts }) => {
      const numbers = [counts.total, counts.plaintext, counts.encrypted, counts.malformed + counts.unknown];
      return `| ${markdownCell(resource)} | ${audited ? "yes" : "no"} | ${numbers.map(formatCount).join(" | ")} |`;
    });
  if (rows.length === 0) return { head: "", rows: [], rest: "" };
  return {
    head: "### Live values by resource\n\n| Resource | Audited | Values | Plaintext | Encrypted | Other |\n| --- | --- | ---: | ---: | ---: | ---: |",
    rows: rows.slice(0, LISTED_ROWS),
    further: Math.max(0, rows.length - LISTED_ROWS),
    rest: "`-o json`",
  };
}

/** All values in scope by key. */
export function keySection({ summary }: AuditResult): MarkdownSection {
  const rows = mergeByKey(summary.keys).map((use) => {
    const numbers = [use.head, use.history, use.residue, use.wal];
    const version = use.kekVersion === null ? "" : ` (KEK ${markdownCell(use.kekVersion)})`;
    return `| ${markdownCell(keyText(use))}${version} | ${numbers.map(formatCount).join(" | ")} |`;
  });
  if (rows.length === 0) return { head: "", rows: [], rest: "" };
  return {
    head: "### Values by key\n\n| Provider and key | Live | Superseded | Freed | WAL |\n| --- | ---: | ---: | ---: | ---: |",
    rows: rows.slice(0, LISTED_ROWS),
    further: Math.max(0, rows.length - LISTED_ROWS),
    rest: "`-o json`",
  };
}

/** What was looked at, when and by what. */
export function sourceSection(result: AuditResult): MarkdownSection {
  const { cluster, sources, configs, tool, startedAt, prefixes, resources } = result;
  const facts = [
    ...(cluster === null ? [] : [`Cluster ${markdownName(cluster)}`]),
    ...sources.map((source) => {
      const { kind, revision, sha256 } = source;
      const hash = sha256 === null ? "" : `, SHA-256 \`${sha256}\``;
      return `${kind} ${markdownName(sourcePlace(source))}, revision ${revision ?? "not told"}${hash}`;
    }),
    ...configs.map(({ path, sha256 }) => `Configuration ${markdownName(path)}, SHA-256 \`${sha256}\``),
    ...(prefixes.length === 0 ? [] : [`Under ${prefixes.map(markdownName).join(", ")}`]),
    ...(resources.length === 0 ? [] : [`Audited: ${resources.map(markdownName).join(", ")}`]),
    `${isoSeconds(startedAt)}, ${tool.name} ${tool.version}`,
  ];
  return { head: "### Looked at\n", rows: facts.map((fact) => `- ${fact}`), rest: "`-o json`" };
}

function weight({ byLevel }: KindDigest): number {
  return POLICY_LEVELS.findIndex((level) => byLevel.has(level));
}
