import type { AuditResult, ResourceUse } from "../model/audit-result.ts";
import type { State, ValueClass } from "../model/value-class.ts";
import { escapeForTerminal } from "./escape.ts";
import { type GridColumn, renderGrid } from "./grid.ts";
import { keyLabel } from "./key-label.ts";
import { countOf, formatCount } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { listWords, wrapProse } from "./prose.ts";
import { mergeByKey } from "./report-head.ts";

/** The live values of each resource by provider and key; audited resources first, what is not encrypted first. */
export function resourceSummary(result: AuditResult, width: number, paint: Paint): string[] {
  const { resources } = result.summary;
  if (resources.length === 0) return [];
  const sorted = [...resources].sort((a, b) => Number(b.audited) - Number(a.audited));
  const columns: GridColumn[] = [
    { title: "Resource", kind: "name" },
    { title: "State", kind: "word", paint: (text) => (LOUD_STATES.has(text) ? paint.bad(text) : text) },
    { title: "Live", kind: "number" },
    { title: "Provider and key", kind: "name" },
  ];
  const grid = renderGrid(columns, sorted.flatMap(resourceRows), width, paint.quiet, "-o json");
  return [`${paint.heading("Live values by resource")}\n\n${grid}`];
}

/** All values in scope by provider and key, superseded ones and whatever else was looked at among them. */
export function keySummary(result: AuditResult, width: number, paint: Paint): string[] {
  const { looked, summary } = result;
  const uses = mergeByKey(summary.keys);
  if (uses.length === 0) return [];
  const areas = [
    { title: "Live", area: "head", isShown: looked.head },
    { title: "Superseded", area: "history", isShown: looked.history },
    { title: "Freed", area: "residue", isShown: looked.freePages || looked.tail },
    { title: "WAL", area: "wal", isShown: looked.wal },
  ] as const;
  const shown = areas.filter(({ isShown }) => isShown);
  const columns: GridColumn[] = [
    ...shown.map(({ title }) => ({ title, kind: "number" }) as const),
    { title: "Written at", kind: "number" },
    { title: "Provider and key", kind: "name" },
  ];
  const rows = uses.map((use) => [
    ...shown.map(({ area }) => (use[area] === 0 ? "-" : formatCount(use[area]))),
    use.firstWrite === use.lastWrite ? String(use.lastWrite ?? "-") : `${use.firstWrite} to ${use.lastWrite}`,
    keyLabel(use),
  ]);
  const grid = renderGrid(columns, rows, width, paint.quiet, "-o json");
  const history = historyWords(result);
  return [
    `${paint.heading("All values in scope by key")}\n\n${grid}`,
    ...(history === "" ? [] : [wrapProse(history, width, "  ")]),
  ];
}

const PLAIN_STATES = {
  plaintext: "not audited",
  encrypted: "encrypted",
  malformed: "malformed, not audited",
  unknown: "unknown, not audited",
} satisfies Record<State, string>;

const AUDITED_STATES = {
  plaintext: "NOT ENCRYPTED",
  encrypted: "encrypted",
  malformed: "MALFORMED",
  unknown: "UNKNOWN",
} satisfies Record<State, string>;

const LOUD_STATES: ReadonlySet<string> = new Set(
  Object.values(AUDITED_STATES).filter((words) => words !== AUDITED_STATES.encrypted),
);

/** One row for each state and key; the resource's name stands in the first only. */
function resourceRows({ resource, audited, classes }: ResourceUse): string[][] {
  const states = audited ? AUDITED_STATES : PLAIN_STATES;
  const rows = new Map<string, { key: string; state: State; count: number }>();
  for (const { valueClass, count } of classes) {
    const key = keyLabel(valueClass);
    const id = `${valueClass.state} ${key}`;
    rows.set(id, { key, state: valueClass.state, count: (rows.get(id)?.count ?? 0) + count });
  }
  const sorted = [...rows.values()].sort(
    (a, b) => Number(isEncrypted(a)) - Number(isEncrypted(b)) || b.count - a.count,
  );
  return sorted.map(({ key, state, count }, index) => [
    index === 0 ? escapeForTerminal(resource) : "",
    states[state],
    formatCount(count),
    key,
  ]);
}

function isEncrypted({ state }: Pick<ValueClass, "state">): boolean {
  return state === "encrypted";
}

/** Where the superseded revisions lie; empty when there are none. */
function historyWords({ summary, sources }: AuditResult): string {
  const { aboveCompactRevision: above, belowCompactRevision: below } = summary.history;
  if (above + below === 0) return "";
  const stored = `${countOf(above + below, "superseded revision")} ${above + below === 1 ? "is" : "are"} still stored`;
  const compactRevisions = new Set(sources.map(({ compactRevision }) => compactRevision));
  const [only] = compactRevisions;
  if (compactRevisions.size !== 1 || only === null || only === undefined) return `${stored}.`;
  if (only === 0) return `${stored}: no compaction has removed any.`;
  const sides = [
    above === 0 ? "" : `${formatCount(above)} above`,
    below === 0 ? "" : `${formatCount(below)} below`,
  ].filter((side) => side !== "");
  return `${stored}: ${listWords(sides)} the compact revision ${only}.`;
}
