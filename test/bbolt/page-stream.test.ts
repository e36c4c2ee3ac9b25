import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHeaderOf, type PageRun, readOverflow } from "../../src/bbolt/page.ts";
import { PageStream, type PageStreamVisitor } from "../../src/bbolt/page-stream.ts";
import { PAGE_FLAG, viewOf } from "../bbolt-file/page.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

const PAGE_SIZE = 64;

/** Pages of which some begin a run: each byte of a run is its first page's number. */
function pagesOf(overflows: readonly number[]): Uint8Array {
  const pageCount = overflows.reduce((sum, overflow) => sum + overflow + 1, 0);
  const bytes = new Uint8Array(pageCount * PAGE_SIZE);
  let pgid = 0;
  for (const overflow of overflows) {
    const start = pgid * PAGE_SIZE;
    bytes.fill(pgid, start, start + (overflow + 1) * PAGE_SIZE);
    const view = viewOf(bytes);
    view.setBigUint64(start, BigInt(pgid), true);
    view.setUint16(start + 8, PAGE_FLAG.leaf, true);
    view.setUint32(start + 12, overflow, true);
    pgid += overflow + 1;
  }
  return bytes;
}

/** Wants every run, and copies what it is given. */
class CopyingVisitor implements PageStreamVisitor {
  readonly offered = new Set<number>();
  readonly runs: { readonly pgid: number; readonly bytes: string }[] = [];

  pagesWanted(view: DataView, offset: number, pgid: number): number {
    this.offered.add(pgid);
    return isHeaderOf(view, offset, pgid) ? readOverflow(view, offset) + 1 : 0;
  }

  visitRun({ pgid, bytes, offset, length }: PageRun): void {
    this.runs.push({ pgid, bytes: Buffer.from(bytes.subarray(offset, offset + length)).toString("hex") });
  }
}

const overflows = fc.array(fc.nat(5), { minLength: 1, maxLength: 20 });
const pieceLengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });

function pushInPieces(bytes: Uint8Array, lengths: readonly number[], asBuffer: boolean): CopyingVisitor {
  const visitor = new CopyingVisitor();
  const stream = new PageStream(PAGE_SIZE, visitor);
  const reused = asBuffer ? Buffer.alloc(400) : new Uint8Array(400);
  for (let offset = 0, piece = 0; offset < bytes.length; piece++) {
    const length = Math.min(lengths[piece % lengths.length] as number, bytes.length - offset);
    reused.fill(0xee);
    reused.set(bytes.subarray(offset, offset + length));
    stream.push(reused.subarray(0, length));
    offset += length;
  }
  return visitor;
}

describe("a file that comes in pieces", () => {
  test("gives every page once and every run whole, however it is cut and though its buffer is reused", () => {
    fc.assert(
      fc.property(overflows, pieceLengths, fc.boolean(), fc.nat(31), (list, lengths, asBuffer, rest) => {
        const pages = pagesOf(list);
        const visitor = pushInPieces(Buffer.concat([pages, new Uint8Array(rest)]), lengths, asBuffer);
        let pgid = 0;
        const expected = list.map((overflow) => {
          const first = pgid;
          pgid += overflow + 1;
          return {
            pgid: first,
            bytes: Buffer.from(pages.subarray(first * PAGE_SIZE, pgid * PAGE_SIZE)).toString("hex"),
          };
        });
        expect(visitor.runs).toEqual(expected);
        expect(visitor.offered.size).toBe(pages.length / PAGE_SIZE);
      }),
      fuzzRuns(200),
    );
  });

  test("that ends within a run says how much of it came", () => {
    const visitor = new CopyingVisitor();
    const stream = new PageStream(PAGE_SIZE, visitor);
    stream.push(pagesOf([0, 4]).subarray(0, PAGE_SIZE * 3 + 10));
    expect(visitor.runs.map(({ pgid }) => pgid)).toEqual([0]);
    expect(stream.nextPgid).toBe(1);
    expect(stream.pendingLength).toBe(PAGE_SIZE * 2 + 10);
  });
});
