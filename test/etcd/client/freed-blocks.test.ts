import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const MODULE = join(import.meta.dirname, "../../../src/etcd/client/freed-blocks.ts");
const isGlibc = process.platform === "linux" && "glibcVersionRuntime" in glibcHeader();

/** Page faults of a process that fills and frees pages of 8 MiB, twenty times. */
async function pageFaults(prepare: string): Promise<number> {
  const script = `
    const { keepFreedBlocks } = await import(${JSON.stringify(MODULE)});
    ${prepare}
    gc();
    const before = process.resourceUsage().minorPageFault;
    for (let page = 0; page < 20; page++) {
      Buffer.allocUnsafeSlow(8 * 2 ** 20).fill(page);
      gc();
    }
    console.log(process.resourceUsage().minorPageFault - before, typeof keepFreedBlocks);
  `;
  const flags = ["--expose-gc", "--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  return Number.parseInt(stdout, 10);
}

function glibcHeader(): object {
  return (process.report.getReport() as { readonly header: object }).header;
}

it.skipIf(!isGlibc)("memory of pages that were freed is used again, rather than fetched anew", async () => {
  const [fetched, kept] = [await pageFaults(""), await pageFaults("keepFreedBlocks();")];
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(fetched / 2);
});
