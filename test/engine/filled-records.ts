import type { Engine } from "../../src/engine/engine.ts";
import { Records } from "../../src/engine/records.ts";
import { batchOf, type Written } from "./fill-batch.ts";

/** Records in the engine's memory, in their order; `where` tells their page or offset. */
export function recordsWith(engine: Engine, written: readonly Written[], where?: number): Records {
  const records = new Records(engine);
  records.take(batchOf(written));
  if (where !== undefined) for (let index = 0; index < records.count; index++) records.setWhere(index, where);
  return records;
}
