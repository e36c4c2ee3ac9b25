import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePage } from "../../../src/etcd/client/page-memory.ts";

const MODULE = join(import.meta.dirname, "../../../src/etcd/client/page-memory.ts");
const isGlibc = process.platform === "linux" && "glibcVersionRuntime" in glibcHeader();

/** Page faults of a process that fills and frees four pages of 4 MiB, twenty times. */
async function pageFaults(prepare: string): Promise<number> {
  const script = `
    const { freePage, keepFreedPages } = await import(${JSON.stringify(MODULE)});
    ${prepare}
    // The second collection waits for the thread that frees what the first one found.
    gc();
    gc();
    const before = process.resourceUsage().minorPageFault;
    for (let round = 0; round < 20; round++) {
      const pages = [1, 2, 3, 4].map((page) => Buffer.allocUnsafeSlow(4 * 2 ** 20).fill(page));
      for (const page of pages) freePage(page);
    }
    console.log(process.resourceUsage().minorPageFault - before, typeof keepFreedPages);
  `;
  const flags = ["--expose-gc", "--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  return Number.parseInt(stdout, 10);
}

function glibcHeader(): object {
  return (process.report.getReport() as { readonly header: object }).header;
}

it.skipIf(!isGlibc)("memory of pages that were freed is used again, rather than fetched anew", async () => {
  const [fetched, kept] = [await pageFaults(""), await pageFaults("keepFreedPages();")];
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(fetched / 4);
});

it("a message with memory of its own gives it back at once", () => {
  const message = Buffer.allocUnsafeSlow(100_000);
  freePage(message.subarray(5));
  expect(message.buffer.byteLength).toBe(0);
  // There is one port for all.
  const next = Buffer.allocUnsafeSlow(100_000);
  freePage(next);
  expect(next.buffer.byteLength).toBe(0);
});

it.each([
  ["other bytes lie before it", 100_000, 6, 100_000],
  ["other bytes lie behind it", 100_000, 0, 99_999],
  ["it is small", 1_000, 0, 1_000],
])("nothing is taken from a message when %s", (_, length, start, end) => {
  const memory = Buffer.allocUnsafeSlow(length);
  freePage(memory.subarray(start, end));
  expect(memory.buffer.byteLength).toBe(length);
});

it("memory that threads share stays where it is", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(100_000));
  freePage(shared);
  expect(shared).toHaveLength(100_000);
});
