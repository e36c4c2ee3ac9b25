import type { Location } from "./location.ts";
import type { Standing } from "./standing.ts";
import type { ValueClass } from "./value-class.ts";

/** One stored value and how it is protected; never its bytes. */
export interface StoredValue {
  /** The etcd key's bytes. */
  readonly key: Uint8Array;
  /** `resource` or `resource.group`. */
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string | null;
  /** 0 where it has none: a put in a WAL is a request. */
  readonly modRevision: number;
  readonly createRevision: number;
  readonly location: Location;
  /** The file it lies in, where a source has several; else null. */
  readonly file: string | null;
  /** Bytes from the beginning of the file to the page or the WAL value; null for values that are stored. */
  readonly offset: number | null;
  readonly valueClass: ValueClass;
  /** What the keys in force make of it; null where no configuration was asked, or it is not stored. */
  readonly standing: Standing | null;
}

/** A stored value with what only the inventory tells. */
export interface InventoryRow extends StoredValue {
  /** Writes since the key was created, this one included. */
  readonly version: number;
  /** 64-bit lease ID; 0 for none. */
  readonly lease: bigint;
  /** Bytes of the stored value. */
  readonly size: number;
}
