import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { compareCounts } from "./compare-counts.ts";
import { compareInventory } from "./compare-inventory.ts";
import { compareReport } from "./compare-report.ts";
import { expectedValues } from "./expectation.ts";
import { scanPoint } from "./program-output.ts";
import { type CorpusPoint, readRevisions } from "./scenario-folder.ts";

/** Runs the program on a point and gives every difference from what the fixtures say, one line each; none: it agrees. */
export async function comparePoint(point: CorpusPoint): Promise<string[]> {
  const expected = expectedValues(point, readRevisions(point));
  const fileSha256 = createHash("sha256").update(readFileSync(point.file)).digest("hex");
  const output = await scanPoint(point);
  return [
    ...compareInventory(point, expected, output.inventory),
    ...compareCounts(point, output.inventory),
    ...compareReport(point, expected, fileSha256, output),
  ];
}
