import type { Location } from "./location.ts";
import type { IncompleteReason, SourceFacts } from "./source-facts.ts";
import type { ValueClass } from "./value-class.ts";

/** What a write did. `put`: a request in a WAL, of which it is not known whether it became a revision. */
export type KeyEventKind = "create" | "change" | "delete" | "put";

/** Where the bytes of one write lie. */
export interface KeyEventPlace {
  readonly location: Location;
  /** Path of the file, where a source has several; else null. */
  readonly file: string | null;
  /** Bytes from the beginning of the file; null where the store keeps it. */
  readonly offset: number | null;
  /** How often it lies in this location and file; `offset` is that of the first. */
  readonly count: number;
}

/** One write to a key, and how the value it brought is protected; never the value. */
export interface KeyEvent {
  readonly kind: KeyEventKind;
  /** Main and sub revision; null where none is known. */
  readonly revision: number | null;
  readonly sub: number | null;
  /** The revision of the key's creation; null where it is not known. */
  readonly createRevision: number | null;
  /** Writes since the creation, this one included; null where it is not known. */
  readonly version: number | null;
  /** Bytes of the value, as many as are left of it; null for a deletion. */
  readonly size: number | null;
  /** Null for a deletion. */
  readonly valueClass: ValueClass | null;
  /** The store first. */
  readonly places: readonly KeyEventPlace[];
}

/** What was found of one key in one source. */
export interface KeyHistory {
  readonly tool: { readonly name: string; readonly version: string };
  /** The etcd key's bytes. */
  readonly key: Uint8Array;
  readonly source: SourceFacts;
  /** Oldest first. */
  readonly events: readonly KeyEvent[];
  /** Keys much like it, nearest first; looked for only where the key was not found. */
  readonly nearKeys: readonly Uint8Array[];
  readonly incompleteReasons: readonly IncompleteReason[];
  readonly exitCode: number;
}
