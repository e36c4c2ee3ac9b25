import { comparePoint } from "./compare.ts";
import { readCorpus } from "./scenario-folder.ts";

/** Differences of one point that are printed; the rest is counted. */
const SHOWN_DIFFERENCES = 10;

/**
 * Compares the built program with every point of a folder of scenario folders; a line a point.
 * Exit code 1 when a point differs, 2 when there is none.
 */
async function run(folder: string | undefined): Promise<number> {
  if (folder === undefined) {
    process.stderr.write("usage: npm run test:corpus -- DIR (a folder of scenario folders)\n");
    return 2;
  }
  const points = readCorpus(folder);
  let failed = 0;
  for (const point of points) {
    const differences = await comparePoint(point).catch((error: unknown) => [String(error)]);
    process.stdout.write(`${differences.length === 0 ? "ok    " : "FAILED"} ${point.title}\n`);
    for (const line of differences.slice(0, SHOWN_DIFFERENCES)) process.stdout.write(`       ${line}\n`);
    const rest = differences.length - SHOWN_DIFFERENCES;
    if (rest > 0) process.stdout.write(`       and ${rest} more\n`);
    if (differences.length > 0) failed++;
  }
  process.stdout.write(`${points.length - failed} passed, ${failed} failed\n`);
  if (points.length === 0) return 2;
  return failed === 0 ? 0 : 1;
}

process.exitCode = await run(process.argv[2]);
