import type { Location } from "./location.ts";
import type { ValueClass } from "./value-class.ts";

/** One stored value and how it is protected; never its bytes. */
export interface StoredValue {
  /** The etcd key's bytes. */
  readonly key: Uint8Array;
  /** `resource` or `resource.group`. */
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly location: Location;
  readonly valueClass: ValueClass;
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
