import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import { expect, test } from "vitest";
import { startProgress } from "../../src/cli/progress.ts";

/** A terminal of 80 columns that keeps what was written, and a clock that stands still unless told. */
function terminal(isTTY = true) {
  let time = 0;
  const chunks: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  stream.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  return {
    stream: stream as unknown as WriteStream,
    now: () => time,
    pass(milliseconds: number) {
      time += milliseconds;
    },
    async shown() {
      await new Promise((done) => setImmediate(done));
      return chunks.join("");
    },
  };
}

test("what is over within a second shows nothing at all", async () => {
  const screen = terminal();
  const progress = startProgress({ total: 100, ...screen });
  screen.pass(999);
  progress.advance(99);
  progress.stop();
  expect(await screen.shown()).toBe("");
});

test("after a second a bar tells how far it is, and at the end its line is cleared", async () => {
  const screen = terminal();
  const progress = startProgress({ total: 4096, ...screen });
  screen.pass(1000);
  progress.advance(1024);
  progress.stop();
  progress.stop();
  progress.advance(2048);
  const shown = await screen.shown();
  expect(shown).toContain("  25% of 4.0 KiB");
  expect(shown.endsWith("\u001b[2K")).toBe(true);
  expect(shown).not.toContain("\n");
});

test("without a total it counts", async () => {
  const screen = terminal();
  const progress = startProgress({ total: null, ...screen });
  screen.pass(5000);
  progress.advance(3 * 1024 * 1024);
  progress.stop();
  const shown = await screen.shown();
  expect(shown).toContain("reading: 3.0 MiB");
  expect(shown).not.toContain("%");
});

test("where there is no terminal nothing is written", async () => {
  const screen = terminal(false);
  const progress = startProgress({ total: 100, ...screen });
  screen.pass(5000);
  progress.advance(50);
  progress.stop();
  expect(await screen.shown()).toBe("");
});
