import type { Engine } from "../engine/engine.ts";
import { EngineList } from "../engine/list.ts";
import type { Location } from "../model/location.ts";

/** A value in numbers, with where it lies. */
export interface LocatedRow {
  /** Number of the etcd key. */
  readonly key: number;
  /** Number of the value's class. */
  readonly valueClass: number;
  readonly main: number;
  readonly createRevision: number;
  readonly location: Location;
  /** Number of an area of freed bytes, and bytes from the beginning of its file; null for what is stored. */
  readonly place: { readonly area: number; readonly where: number } | null;
}

const NUMBER_SIZE = 4;

/** The places of items of a list in some order, which `sort` adds to a list of 32-bit numbers. */
export function orderOf(engine: Engine, sort: (order: number) => void): Uint32Array {
  const order = new Order(engine);
  sort(order.list);
  return order.take();
}

class Order extends EngineList {
  constructor(engine: Engine) {
    super(engine, NUMBER_SIZE);
  }

  /** A copy, and nothing is left. */
  take(): Uint32Array {
    const first = this.count === 0 ? 0 : this.addressAt(0) >>> 2;
    const copy = this.engine.words.slice(first, first + this.count);
    this.free();
    return copy;
  }
}
