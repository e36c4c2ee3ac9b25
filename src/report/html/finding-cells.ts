import type { Location } from "../../model/location.ts";
import { type FindingGroup, type FindingRow, fillMessage, objectText, SAME_NAMESPACE } from "./finding-data.ts";

/** One finding as the table shows it: its group, and what its row has of its own. */
export interface ShownFinding {
  readonly group: FindingGroup;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly modRevision: number;
  readonly createRevision: number;
  /** The etcd key; null where it is about none. */
  readonly etcdKey: string | null;
  readonly message: string;
  readonly remediation: string;
  readonly offset: number | null;
  readonly line: number | null;
}

/** The table's columns, in order. `source` is shown where there are several. */
export const COLUMNS = [
  ["level", "Level"],
  ["kind", "Finding"],
  ["resource", "Resource"],
  ["namespace", "Namespace"],
  ["name", "Name"],
  ["key", "Provider and key"],
  ["location", "Where"],
  ["revision", "Revision"],
  ["source", "Source"],
] as const;
export type Column = (typeof COLUMNS)[number][0];

/** What the table calls the places in which values lie. */
export const LOCATION_WORDS: Readonly<Record<string, string>> = {
  head: "live",
  history: "superseded",
  "free-page": "freed page",
  "file-tail": "file tail",
  wal: "WAL",
} satisfies Record<Location, string>;

/**
 * Reads a row.
 * @param namespace that of the row before, for a row that says no other
 */
export function shownFinding(row: FindingRow, groups: readonly FindingGroup[], namespace: string | null): ShownFinding {
  const [number, ownNamespace, name, modRevision, createRevision, extras = {}] = row;
  const group = groups[number];
  if (group === undefined) throw new RangeError(`no group has the number ${number}`);
  const inNamespace = ownNamespace === SAME_NAMESPACE ? namespace : ownNamespace;
  const object = objectText(inNamespace, name);
  return {
    group,
    namespace: inNamespace,
    name,
    modRevision,
    createRevision,
    etcdKey: extras.etcdKey ?? (group.keyPrefix === null ? null : group.keyPrefix + object),
    message: extras.message ?? fillMessage(group.message, object, modRevision, extras.offset),
    remediation: extras.remediation ?? group.remediation,
    offset: extras.offset ?? null,
    line: extras.line ?? null,
  };
}

/** Whether a finding is about a stored value: it has a cell for each column. Else it says its message across them. */
export function isAboutValue({ group }: ShownFinding): boolean {
  return group.location !== null;
}

/** The text of one cell. */
export function cellText({ group, namespace, name, modRevision }: ShownFinding, column: Column): string {
  switch (column) {
    case "level":
      return group.level;
    case "kind":
      return group.kind;
    case "resource":
      return group.resource ?? "";
    case "namespace":
      return namespace ?? "";
    case "name":
      return name ?? "";
    case "key":
      return group.key ?? "";
    case "location":
      return group.location === null ? "" : (LOCATION_WORDS[group.location] ?? group.location);
    case "revision":
      return modRevision === 0 ? "" : String(modRevision);
    case "source":
      return group.source === null ? "" : String(group.source + 1);
  }
}

/** What a finding about no stored value says, with its place in a file. */
export function acrossText({ message, group, line }: ShownFinding): string {
  if (group.file === null) return message;
  return `${group.file}${line === null ? "" : `:${line}`}: ${message}`;
}
