import type { AuditResult } from "../model/audit-result.ts";
import type { Rotation, RotationAnswer } from "../model/rotation.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { ANSWER_WORDS } from "./answer-words.ts";
import { escapeForTerminal } from "./escape.ts";
import { type GridColumn, renderGrid } from "./grid.ts";
import { are, countOf, formatCount } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { wrapProse } from "./prose.ts";
import { sourcePlace } from "./source-place.ts";
import { factLines } from "./table-source.ts";
import { unseenReasons } from "./table-verdict.ts";

const ANSWER_PAINT = {
  safe: "good",
  "not-safe": "bad",
  "not-yet": "doubtful",
  unknown: "doubtful",
} as const satisfies Record<RotationAnswer, keyof Paint>;

/** The first line: the answer that decides the exit code. */
export function answerLine({ rotation }: AuditResult, paint: Paint): string {
  if (rotation === null) return "";
  const answer = rotation[rotation.decides];
  const word = paint[ANSWER_PAINT[answer]](ANSWER_WORDS[answer]);
  return `${word}: ${saying(answer, subjectOf(rotation), predicateOf(rotation))}`;
}

function saying(answer: RotationAnswer, subject: string, predicate: string): string {
  switch (answer) {
    case "safe":
      return `${subject} may be ${predicate}`;
    case "not-safe":
      return `${subject} may not be ${predicate}`;
    case "not-yet":
      return `${subject} may not be ${predicate} yet`;
    case "unknown":
      return `whether ${subject} may be ${predicate} can't be told`;
  }
}

/** Of each key the last backup that needs it: as long as that one is kept, so must the key be. */
function lastBackups({ rotation, sources }: AuditResult): string[] {
  if (rotation === null || sources.length < 2) return [];
  const last = new Map<string, number>();
  for (const { key, source, counts } of rotation.ledger) {
    if (source === rotation.cluster || counts.head + counts.history === 0) continue;
    const before = last.get(key);
    if (before === undefined || revisionOf(sources[source]) > revisionOf(sources[before])) last.set(key, source);
  }
  const lines = [...last].map(([key, source]) => `  ${escapeForTerminal(key)}: source ${source + 1}`);
  return lines.length === 0 ? [] : [["The last backup that needs each key:", ...lines].join("\n")];
}

function revisionOf(source: SourceFacts | undefined): number {
  return source?.revision ?? 0;
}

function subjectOf({ question }: Rotation): string {
  return escapeForTerminal(question.kind === "next" ? question.path : question.key);
}

function predicateOf({ question, decides }: Rotation): string {
  if (question.kind === "next") return "put in force";
  return decides === "destroyKey" ? "destroyed" : "removed from the configuration";
}

/** What both answers rest on, each paragraph wrapped. */
export function answerMeaning(result: AuditResult, width: number): string[] {
  const { rotation, sources } = result;
  if (rotation === null) return [];
  return [
    ...(sources.every(({ incompleteReasons }) => incompleteReasons.length === 0) ? [] : [unseenReasons(result, width)]),
    wrapProse(
      [removalWords(result, rotation), untoldWords(result, rotation), standInWords(result, rotation)]
        .filter((each) => each !== "")
        .join(" "),
      width,
    ),
    ...(rotation.question.kind === "retire" ? [wrapProse(destructionWords(result, rotation), width)] : []),
  ];
}

/** How many values of each source lie under each key. */
export function ledgerGrid(result: AuditResult, columns: number, paint: Paint): string[] {
  const { rotation, sources } = result;
  if (rotation === null || rotation.ledger.length === 0) return [];
  const head: GridColumn[] = [
    { title: "Key", kind: "name" },
    { title: "Source", kind: "number" },
    { title: "Live", kind: "number" },
    { title: "Superseded", kind: "number" },
    { title: "Freed", kind: "number" },
    { title: "WAL", kind: "number" },
  ];
  const rows = rotation.ledger.map(({ key, source, counts: { head: live, history, residue, wal } }) => [
    escapeForTerminal(key),
    String(source + 1),
    ...[live, history, residue, wal].map((count) => (count === 0 ? "-" : formatCount(count))),
  ]);
  const names = sources.map((source, index) => {
    const role = index === rotation.cluster ? (rotation.isLive ? "the cluster" : "stands for the cluster") : "a backup";
    return [
      `  ${index + 1}`,
      `${escapeForTerminal(sourcePlace(source))}, revision ${source.revision ?? "unknown"} (${role})`,
    ] as const;
  });
  return [
    `${paint.heading("Values by key and source")}\n\n${renderGrid(head, rows, columns, paint.quiet, "-o json")}`,
    ...lastBackups(result),
    factLines(names, columns, paint),
  ];
}

function removalWords(result: AuditResult, rotation: Rotation): string {
  const { summary, sources } = result;
  const cluster = sources[rotation.cluster];
  const { head, history } = rotation.needs[rotation.cluster] ?? { head: 0, history: 0 };
  const isRetired = rotation.question.kind === "retire";
  const does = (count: number) => needWords(isRetired, count);
  switch (rotation.removeFromConfig) {
    case "safe":
      return isRetired
        ? "No live value and no superseded revision of the cluster needs the key."
        : "Every live value and every superseded revision of the cluster can be read under it.";
    case "not-safe": {
      const superseded =
        history === 0 ? "" : `, and so ${history === 1 ? "does" : "do"} ${countOf(history, "superseded revision")}`;
      return [
        head === 0 ? "" : `${countOf(head, "live value")} ${does(head)}${superseded}.`,
        writesStill(result) ? "A configuration still writes with it." : "",
        summary.findings.byKind.has("writers-disagree")
          ? "Stored revisions show API servers that write, or wrote, with different keys: until they agree and those revisions are compacted, any key may come back."
          : "",
      ]
        .filter((each) => each !== "")
        .join(" ");
    }
    case "not-yet":
      return (
        `No live value stands against it; ${countOf(history, "superseded revision")} still ${does(history)}. They go when a ` +
        `compaction passes revision ${cluster?.revision ?? "of the head"} (the compact revision is ` +
        `${cluster?.compactRevision ?? "unknown"}): kube-apiserver compacts every five minutes, up to where the store stood ` +
        "five minutes before. In a file nothing is compacted."
      );
    case "unknown":
      return "";
  }
}

function needWords(isRetired: boolean, count: number): string {
  if (!isRetired) return "can't be read under it";
  return count === 1 ? "needs the key" : "need the key";
}

function writesStill({ rotation, summary }: AuditResult): boolean {
  const values = (rotation?.needs ?? []).reduce((sum, { head, history }) => sum + head + history, 0);
  return (summary.findings.byKind.get("retired-key-in-use") ?? 0) > values;
}

/** What the answer takes for granted. */
function untoldWords({ looked, configs }: AuditResult, { question }: Rotation): string {
  const { notVerifiable } = looked.decrypted;
  if (question.kind === "next") {
    return notVerifiable === 0
      ? ""
      : `${countOf(notVerifiable, "encrypted value")} ${are(notVerifiable)} told by the name of the key alone, since ${notVerifiable === 1 ? "it was" : "they were"} not opened.`;
  }
  return question.key === "identity" && configs.length === 0
    ? "No configuration was given, so only secrets are taken to be read through a rule: with --encryption-config all that have one count."
    : "";
}

function standInWords({ sources }: AuditResult, { isLive, cluster }: Rotation): string {
  const file = sources[cluster];
  if (isLive || file === undefined) return "";
  const path = escapeForTerminal(file.path ?? "");
  return `No running etcd was named: ${path} stands for the cluster as it was at revision ${file.revision ?? "unknown"}, and what was written since is not seen.`;
}

function destructionWords({ sources }: AuditResult, rotation: Rotation): string {
  const needing = backupsInNeed(rotation);
  const last = needing.map((index) => sources[index]).sort((a, b) => (b?.revision ?? 0) - (a?.revision ?? 0))[0];
  const path = escapeForTerminal(last?.path ?? "");
  switch (rotation.destroyKey) {
    case "safe":
      return "It may be destroyed: no backup that was named needs it either. Backups that were not named may.";
    case "not-safe":
      return last === undefined
        ? "It may not be destroyed either: what stands against its removal stands against that too."
        : `It may not be destroyed: ${backupWords(needing.length, `${path} (revision ${last.revision ?? "unknown"})`)}.`;
    case "not-yet":
      return "It may not be destroyed yet.";
    case "unknown":
      return rotation.removeFromConfig === "unknown"
        ? "Whether it may be destroyed can't be told either."
        : "Whether it may be destroyed can't be told: name every backup that is kept.";
  }
}

function backupWords(count: number, last: string): string {
  return count === 1
    ? `the backup ${last} needs it`
    : `${formatCount(count)} backups need it, the last of them ${last}`;
}

/** The sources besides the cluster's own in which something needs the key. */
function backupsInNeed({ cluster, needs }: Rotation): readonly number[] {
  return needs.flatMap(({ head, history }, index) => (index !== cluster && head + history > 0 ? [index] : []));
}
