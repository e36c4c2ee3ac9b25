import { expect, test } from "vitest";
import { compareCounts } from "./compare-counts.ts";
import { compareInventory } from "./compare-inventory.ts";
import { compareReport } from "./compare-report.ts";
import { expectedValues } from "./expectation.ts";
import { type InventoryLine, scanPoint } from "./program-output.ts";
import { repositoryCorpus } from "./repository-corpus.ts";
import { readRevisions } from "./scenario-folder.ts";

test("the comparison finds a value that is missing, doubled, made up, or wrong in any field", async () => {
  const point = repositoryCorpus().find(
    (candidate) => candidate.title === "q-kms-v2-constant-id/restarted-partly-annotated",
  );
  if (point === undefined) throw new Error("the point is not in the corpus");
  const expected = expectedValues(point, readRevisions(point));
  const { run, inventory, report } = await scanPoint(point);
  const index = inventory.findIndex((line) => line.resource === "secrets" && line.location === "head");
  const line = inventory[index];
  if (line === undefined) throw new Error("no secret in the inventory");
  const differences = (lines: readonly InventoryLine[]): number => compareInventory(point, expected, lines).length;

  expect(differences(inventory)).toBe(0);
  expect(differences(inventory.toSpliced(index, 1))).toBe(1);
  expect(compareCounts(point, inventory.toSpliced(index, 1))).toHaveLength(1);
  expect(differences([...inventory, line])).toBe(1);
  expect(differences([...inventory, { ...line, key: "/registry/secrets/default/made-up" }])).toBe(1);
  for (const field of Object.keys(line).filter((name) => name !== "key")) {
    expect([field, differences(inventory.with(index, { ...line, [field]: "wrong" }))]).not.toEqual([field, 0]);
  }
  // A 64-bit number that a JavaScript number can't hold.
  const leased = inventory.findIndex((candidate) => candidate.lease.length > 16);
  expect(inventory[leased]?.lease).toMatch(/^\d{18,19}$/);

  const fileSha256 = report.sources[0]?.sha256 ?? "";
  expect(compareReport(point, expected, fileSha256, { run, inventory, report })).toEqual([]);
  const wrong = {
    ...report,
    findings: [{ kind: "plaintext-value", key: line.key ?? "", modRevision: line.modRevision }],
  };
  expect(compareReport(point, expected, fileSha256, { run, inventory, report: wrong })).not.toEqual([]);
  expect(
    compareReport(point, expected, fileSha256, {
      run: { ...run, status: run.status === 0 ? 1 : 0 },
      inventory,
      report,
    }),
  ).not.toEqual([]);
  expect(compareReport(point, expected, "0".repeat(64), { run, inventory, report })).toHaveLength(1);
});
