/**
 * The findings as a page carries them: what many share stands once, in a group, and a row has what is its own.
 * Written by the report and read by the page's script. All texts are safe to show.
 */
import type { FindingKind, PolicyLevel } from "../../model/finding.ts";

/** What findings share that differ in their object only. */
export interface FindingGroup {
  readonly kind: FindingKind;
  readonly level: PolicyLevel;
  readonly resource: string | null;
  /** Provider and key in text form; null where the finding is about none. */
  readonly key: string | null;
  readonly location: string | null;
  /** Index of the source; null where the finding is about none. */
  readonly source: number | null;
  readonly file: string | null;
  /** What stands before namespace and name in the etcd key; null where each row has its key, or none. */
  readonly keyPrefix: string | null;
  /** The message, with marks for what is the row's own (see `fillMessage`). */
  readonly message: string;
  readonly remediation: string;
}

/** What a row has that its group does not say. */
interface RowExtras {
  readonly etcdKey?: string;
  readonly message?: string;
  readonly remediation?: string;
  readonly offset?: number;
  readonly line?: number;
}

/** In place of a namespace: the same as in the row before. */
export const SAME_NAMESPACE = 0;

/** One finding; 0 stands for no revision. */
export type FindingRow = readonly [
  group: number,
  namespace: string | null | typeof SAME_NAMESPACE,
  name: string | null,
  modRevision: number,
  createRevision: number,
  extras?: RowExtras,
];

/** Marks in a group's message, from the private use area. */
export const MARKS = { object: "\uE000", revision: "\uE001", offset: "\uE002" } as const;

/** A row's message, from that of its group. */
export function fillMessage(message: string, object: string, modRevision: number, offset: number | undefined): string {
  return message.replace(/[\uE000-\uE002]/g, (mark) => {
    if (mark === MARKS.object) return object;
    return String(mark === MARKS.revision ? modRevision : (offset ?? ""));
  });
}

/** `namespace/name`, or what there is of it. */
export function objectText(namespace: string | null, name: string | null): string {
  return namespace === null ? (name ?? "") : `${namespace}/${name ?? ""}`;
}
