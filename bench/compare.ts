import { loadavg } from "node:os";
import { type Invocation, type Measured, measure, median } from "./measure.ts";

/** Two programs that do the same, and what ours may cost of the other; undefined: not asked. */
export interface Comparison {
  readonly name: string;
  readonly ours: Invocation;
  readonly theirs: Invocation;
  readonly rounds: number;
  readonly mostWall?: number;
  readonly mostMemory?: number;
  /** Bytes above an idle Node process. */
  readonly mostBytesAboveNode?: number;
}

const MIB = 2 ** 20;
const IDLE: Invocation = [process.execPath, "-e", "setTimeout(() => {}, 300)"];

/** Runs both in turn and prints the medians of their ratios. */
export async function compare(comparison: Comparison): Promise<void> {
  const { name, ours, theirs, rounds } = comparison;
  const pairs: { readonly ours: Measured; readonly theirs: Measured }[] = [];
  // Once each without counting, for the caches.
  await measure(theirs);
  await measure(ours, [0, 1]);
  for (let round = 0; round < rounds; round++) {
    const their = await measure(theirs);
    pairs.push({ theirs: their, ours: await measure(ours, [0, 1]) });
  }
  const middle = (of: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(of));
  const idle = (await measure(IDLE)).peakBytes;
  const wall = middle((pair) => pair.ours.seconds / pair.theirs.seconds);
  const memory = middle((pair) => pair.ours.peakBytes / pair.theirs.peakBytes);
  const peak = middle((pair) => pair.ours.peakBytes);
  const rows = [
    ["wall", middle((pair) => pair.ours.seconds).toFixed(2), middle((pair) => pair.theirs.seconds).toFixed(2), wall],
    ["peak MiB", inMiB(peak), inMiB(middle((pair) => pair.theirs.peakBytes)), memory],
  ] as const;
  const { mostWall, mostMemory, mostBytesAboveNode } = comparison;
  print(`\n${name} (medians of ${rounds}; load ${loadavg()[0]?.toFixed(1)})`);
  print("             ours      theirs    ratio   target");
  for (const [what, our, their, ratio] of rows) {
    const target = what === "wall" ? mostWall : mostMemory;
    const cells = [what.padEnd(12), our.padEnd(9), their.padEnd(9), ratio.toFixed(2).padEnd(7)];
    print(`${cells.join(" ")} ${target === undefined ? "" : `${target.toFixed(2)}${mark(ratio <= target)}`}`);
  }
  if (mostBytesAboveNode === undefined) return;
  const above = peak - idle;
  print(`above idle   ${inMiB(above)} MiB, target ${inMiB(mostBytesAboveNode)}${mark(above <= mostBytesAboveNode)}`);
}

/** One line of the bench's report. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function inMiB(bytes: number): string {
  return (bytes / MIB).toFixed(0);
}

function mark(isMet: boolean): string {
  return isMet ? "  met" : "  MISSED";
}
