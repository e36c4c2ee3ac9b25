import type { Engine } from "./engine.ts";

/** Layout of an entry (assembly/stream.ts), in bytes. */
const ENTRY_SIZE = 16;
const PAGE_COUNT = 8;
const LOOK = 12;

const LOOKED_HEADLESS = 1;
const HAD_HEADER = 2;

/** What the engine remembers of each page of a stream that went by. */
export class PassedPages {
  private readonly engine: Engine;
  private readonly items: number;
  /** Pages that went by. */
  readonly count: number;

  /** Of a stream that has been walked to its end. */
  constructor(engine: Engine) {
    const { words, exports } = engine;
    const list = exports.passedPages.value >>> 2;
    this.engine = engine;
    this.items = words[list] as number;
    this.count = words[list + 1] as number;
  }

  /** Pages of the leaf of revisions that begins with this page; 0 where none does. */
  leafPageCount(pgid: number): number {
    return pgid < this.count ? this.engine.view.getUint32(this.at(pgid) + PAGE_COUNT, true) : 0;
  }

  /** The newest main revision on it. */
  newestRevision(pgid: number): number {
    return this.engine.view.getFloat64(this.at(pgid), true);
  }

  /** Whether the page had a header of its own. */
  hadHeader(pgid: number): boolean {
    return this.look(pgid) === HAD_HEADER;
  }

  /** Whether it had none, and was not empty. */
  wasHeadless(pgid: number): boolean {
    return this.look(pgid) === LOOKED_HEADLESS;
  }

  private look(pgid: number): number {
    return pgid < this.count ? this.engine.view.getUint32(this.at(pgid) + LOOK, true) : 0;
  }

  private at(pgid: number): number {
    return this.items + pgid * ENTRY_SIZE;
  }
}
