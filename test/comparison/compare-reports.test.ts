import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareReports } from "../../src/comparison/compare-reports.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_PASS } from "../../src/model/exit-code.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { Change, Comparison } from "../../src/report/comparison.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { failingResult, hostileResult, incompleteResult } from "../report/sample-reports.ts";
import { type SampleFields, sampleResult, value, valueFinding } from "../report/sample-result.ts";
import { writtenReport } from "./report-files.ts";

function plain(name: string, level: Finding["level"] = "error"): Finding {
  return { ...valueFinding("plaintext-value", value({ name })), level };
}

async function compared(older: SampleFields, newer: SampleFields, failOn?: "error"): Promise<Comparison> {
  return compareReports({
    older: await writtenReport(sampleResult(older)),
    newer: await writtenReport(sampleResult(newer)),
    ...(failOn === undefined ? {} : { failOn }),
  });
}

/** The names of the values of each change. */
function namesBy({ findings }: Comparison): Record<Change, (string | null)[]> {
  const names: Record<Change, (string | null)[]> = { new: [], "not-looked-at": [], fixed: [], remaining: [] };
  for (const { change, finding } of findings()) names[change].push(finding.name);
  return names;
}

describe("what changed between two reports", () => {
  test("is told by fingerprint: new, fixed, remaining", async () => {
    const comparison = await compared({ found: [plain("a"), plain("b")] }, { found: [plain("b"), plain("c")] });
    expect(namesBy(comparison)).toEqual({ new: ["c"], "not-looked-at": [], fixed: ["a"], remaining: ["b"] });
    expect(comparison.counts).toEqual({ new: 1, "not-looked-at": 0, fixed: 1, remaining: 1 });
    expect(comparison.exitCode).toBe(EXIT_FINDINGS);
  });

  test.each([failingResult, hostileResult])("between a report and itself is nothing", async (result) => {
    const path = await writtenReport(result());
    const comparison = await compareReports({ older: path, newer: path });
    const count = [...result().findings()].length;
    expect(comparison.counts).toEqual({ new: 0, "not-looked-at": 0, fixed: 0, remaining: count });
    expect(comparison).toMatchObject({ exitCode: EXIT_PASS, differences: [{ kind: "same-report" }] });
  });

  test("the other way round, what was new is fixed and what was fixed is new", async () => {
    const names = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(names, names, async (before, after) => {
        const found = (list: readonly number[]) => ({ found: list.map((name) => plain(`s${name}`)) });
        const comparisons = [await compared(found(before), found(after)), await compared(found(after), found(before))];
        const [there, back] = comparisons.map(namesBy) as [ReturnType<typeof namesBy>, ReturnType<typeof namesBy>];
        for (const comparison of comparisons) comparison.close();
        expect(there).toEqual({ ...back, new: back.fixed, fixed: back.new, remaining: expect.anything() });
        expect(new Set(there.remaining)).toEqual(new Set(back.remaining));
        expect(there.new).toEqual(after.filter((name) => !before.includes(name)).map((name) => `s${name}`));
      }),
      fuzzRuns(25),
    );
  });

  test("a value that was written anew and is still wrong remains; its level does not matter", async () => {
    const again = valueFinding("plaintext-value", value({ name: "a", modRevision: 9999 }));
    const comparison = await compared({ found: [plain("a", "note")] }, { found: [again] });
    expect(namesBy(comparison)).toMatchObject({ remaining: ["a"], new: [], fixed: [] });
  });

  test("a new finding counts from the level that is asked for; one that policy switched off never does", async () => {
    const found = [plain("a", "note"), plain("b", "off")];
    expect((await compared({}, { found })).exitCode).toBe(EXIT_FINDINGS);
    expect((await compared({}, { found }, "error")).exitCode).toBe(EXIT_PASS);
    expect((await compared({}, { found: [plain("b", "off")] })).exitCode).toBe(EXIT_PASS);
  });

  test("reports of different commands are refused", async () => {
    const lint = sampleResult({ command: "lint-config", sources: [] });
    const paths = { older: await writtenReport(lint), newer: await writtenReport(sampleResult()) };
    await expect(compareReports(paths)).rejects.toMatchObject({ code: "REPORTS_NOT_COMPARABLE" });
  });

  test("reports of verify-rotation about two keys are refused: what needs the other was never looked for", async () => {
    const about = (key: string) =>
      writtenReport(
        sampleResult({
          command: "verify-rotation",
          rotation: {
            question: { kind: "retire", key },
            cluster: 0,
            isLive: false,
            removeFromConfig: "safe",
            destroyKey: "unknown",
            needs: [{ head: 0, history: 0 }],
            decides: "removeFromConfig",
            ledger: [],
          },
        }),
      );
    const [one, other] = [await about("aescbc/key1"), await about("aescbc/key2")] as const;
    await expect(compareReports({ older: one, newer: other })).rejects.toMatchObject({
      code: "REPORTS_NOT_COMPARABLE",
    });
    expect((await compareReports({ older: one, newer: await about("aescbc/key1") })).exitCode).toBe(EXIT_PASS);
  });
});

describe("an incomplete report", () => {
  test("shows nothing to be fixed when it is the newer one: 3, whatever is new", async () => {
    const older = await writtenReport(sampleResult({ found: [plain("a")] }));
    const comparison = await compareReports({ older, newer: await writtenReport(incompleteResult()) });
    expect(comparison.counts).toMatchObject({ fixed: 0, "not-looked-at": 1, new: 2 });
    expect(comparison.exitCode).toBe(EXIT_INCOMPLETE);
    expect(comparison.differences[0]).toEqual({ kind: "newer-incomplete" });
  });

  test("as the older one makes what is new doubtful, and that is said", async () => {
    const newer = await writtenReport(sampleResult({ found: [plain("a")] }));
    const comparison = await compareReports({ older: await writtenReport(incompleteResult()), newer });
    expect(comparison.counts).toMatchObject({ fixed: 2, new: 1 });
    expect(comparison).toMatchObject({ exitCode: EXIT_FINDINGS, differences: [{ kind: "older-incomplete" }] });
  });
});

test("an interruption ends the reading of a long report", async () => {
  const found = Array.from({ length: 5000 }, (_, index) => plain(`s${index}`));
  const path = await writtenReport(sampleResult({ found }));
  const signal = AbortSignal.abort();
  await expect(compareReports({ older: path, newer: path, signal })).rejects.toMatchObject({ code: "INTERRUPTED" });
});
