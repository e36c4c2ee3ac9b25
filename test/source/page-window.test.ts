import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { CHUNK_COUNT, CHUNK_LENGTH, type PageWalker, PageWindow } from "../../src/source/page-window.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

const PAGE_SIZE = 4096;
const PAGES_IN_CHUNK = CHUNK_LENGTH / PAGE_SIZE;

/** Bytes of a page tell its number, and the length of the run that begins with it. */
function fileOf(runs: readonly number[]): Uint32Array {
  const pageCount = runs.reduce((sum, length) => sum + length, 0);
  const words = new Uint32Array((pageCount * PAGE_SIZE) / 4);
  let page = 0;
  for (const length of runs) {
    for (let offset = 0; offset < length; offset++) {
      words.fill(page + 1, ((page + offset) * PAGE_SIZE) / 4, ((page + offset + 1) * PAGE_SIZE) / 4);
      words[((page + offset) * PAGE_SIZE) / 4] = offset === 0 ? length : 0;
    }
    page += length;
  }
  return words;
}

/** Walks runs that are there whole, and copies what it has seen; walks some pages only in each call. */
class CopyingWalker implements PageWalker {
  readonly runs: { readonly pgid: number; readonly length: number }[] = [];
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  walk(start: number, end: number, first: number): { readonly walked: number; readonly needed: number } {
    const there = Math.floor((end - start) / PAGE_SIZE);
    let walked = 0;
    while (walked < there) {
      const at = start + walked * PAGE_SIZE;
      const words = new Uint32Array(this.engine.bytes.slice(at, end).buffer);
      const length = words[0] as number;
      if (length > there - walked) return { walked, needed: length };
      const pgid = first + walked;
      for (let offset = 0; offset < length; offset++) expect(words[(offset * PAGE_SIZE) / 4 + 1]).toBe(pgid + 1);
      this.runs.push({ pgid, length });
      walked += length;
    }
    return { walked, needed: 1 };
  }
}

/** Fills a window with a file, as much at a time as told, and ends a chunk when it is full. */
function pushAll(words: Uint32Array, pieces: readonly number[], around: number) {
  const engine = new Engine();
  const window = new PageWindow(engine);
  const walker = new CopyingWalker(engine);
  const bytes = new Uint8Array(words.buffer);
  for (let offset = 0, piece = 0; offset < bytes.length; piece++) {
    window.space().fill(around);
    const length = pieces[piece % pieces.length] as number;
    offset += window.fill(bytes.subarray(0, offset + length), offset);
    if (window.isFull) window.endChunk(walker, PAGE_SIZE);
  }
  if (window.chunkLength > 0) window.endChunk(walker, PAGE_SIZE);
  return { window, walker };
}

function expectedRuns(runs: readonly number[]) {
  let pgid = 0;
  return runs.map((length) => {
    pgid += length;
    return { pgid: pgid - length, length };
  });
}

const pieces = fc.array(fc.constantFrom(1000, 4096, 65_536, CHUNK_LENGTH), { minLength: 1, maxLength: 4 });
const runLength = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 * PAGES_IN_CHUNK }) },
  { weight: 1, arbitrary: fc.integer({ min: 4 * PAGES_IN_CHUNK - 2, max: 4 * PAGES_IN_CHUNK + 2 }) },
  { weight: 1, arbitrary: fc.integer({ min: 5 * PAGES_IN_CHUNK, max: 20 * PAGES_IN_CHUNK }) },
);

describe("a window on a file that comes chunk by chunk", () => {
  test("gives every run whole and once, however long it is and wherever the chunks end", () => {
    fc.assert(
      fc.property(fc.array(runLength, { minLength: 1, maxLength: 30 }), pieces, (runs, sizes) => {
        const { window, walker } = pushAll(fileOf(runs), sizes, 0xee);
        expect(walker.runs).toEqual(expectedRuns(runs));
        expect(window.pendingLength).toBe(0);
      }),
      fuzzRuns(40),
    );
  });

  test("goes round and round", () => {
    const runs = Array.from({ length: 3 * CHUNK_COUNT * PAGES_IN_CHUNK }, (_, index) => 1 + (index % 3));
    expect(pushAll(fileOf(runs), [CHUNK_LENGTH], 0).walker.runs).toEqual(expectedRuns(runs));
  });

  test("pages that each begin a long run are walked one by one", () => {
    const engine = new Engine();
    const window = new PageWindow(engine);
    const pageCount = 12 * PAGES_IN_CHUNK;
    const walked: number[] = [];
    const copyWithin = vi.spyOn(Uint8Array.prototype, "copyWithin");
    const walker: PageWalker = {
      walk(start, end, first) {
        const there = (end - start) / PAGE_SIZE;
        const view = new DataView(engine.bytes.buffer);
        for (let page = 0; page < there; page++) {
          const needed = Math.min(5 * PAGES_IN_CHUNK, pageCount - first - page);
          if (there - page < needed) return { walked: page, needed };
          walked.push(view.getUint32(start + page * PAGE_SIZE, true));
        }
        return { walked: there, needed: 1 };
      },
    };
    try {
      for (let page = 0; page < pageCount; page += PAGES_IN_CHUNK) {
        const space = window.space();
        const view = new DataView(space.buffer, space.byteOffset);
        for (let index = 0; index < PAGES_IN_CHUNK; index++) view.setUint32(index * PAGE_SIZE, page + index, true);
        window.add(space.length);
        window.endChunk(walker, PAGE_SIZE);
      }
      expect(walked).toEqual(Array.from({ length: pageCount }, (_, index) => index));
      const moved = copyWithin.mock.calls.reduce((sum, [, from = 0, to = 0]) => sum + to - from, 0);
      expect(moved).toBeLessThan(3 * pageCount * PAGE_SIZE);
    } finally {
      copyWithin.mockRestore();
    }
  });

  test("nothing comes after a chunk that is not full", () => {
    const engine = new Engine();
    const window = new PageWindow(engine);
    window.space();
    window.add(5000);
    window.endChunk(new CopyingWalker(engine), 8192);
    expect(() => window.space()).toThrow("is the last one");
    expect(() => window.fill(new Uint8Array(1), 0)).toThrow("is the last one");
  });

  test("gives its memory back", () => {
    const engine = new Engine();
    const long = { walk: () => ({ walked: 0, needed: 10 * PAGES_IN_CHUNK }) };
    let length = 0;
    for (let round = 0; round < 50; round++) {
      const window = new PageWindow(engine);
      window.add(window.space().length);
      window.endChunk(long, PAGE_SIZE);
      window.free();
      if (round === 0) length = engine.bytes.length;
    }
    expect(engine.bytes.length).toBe(length);
  });

  test.each([
    ["short", 10],
    ["as long as is kept in place", 4 * PAGES_IN_CHUNK],
    ["long", 9 * PAGES_IN_CHUNK],
  ])("that ends within a %s run tells how much of it came", (_, length) => {
    const whole = fileOf([3, length]);
    const cut = whole.slice(0, ((3 + length - 1) * PAGE_SIZE + 100) / 4);
    const { window, walker } = pushAll(cut, [CHUNK_LENGTH], 0);
    expect(walker.runs).toEqual([{ pgid: 0, length: 3 }]);
    expect(window.nextPgid).toBe(3);
    expect(window.pendingLength).toBe((length - 1) * PAGE_SIZE + 100);
    const last: (readonly [number, number])[] = [];
    const taking: PageWalker = {
      walk: (start, end, first) => {
        last.push([first, end - start]);
        return { walked: 0, needed: 1 };
      },
    };
    window.finish(taking, PAGE_SIZE);
    expect(last).toEqual([[3, (length - 1) * PAGE_SIZE + 100]]);
  });
});
