import { describe, expect, test } from "vitest";
import { baselineDoubts, readBaseline, withBaseline } from "../../src/comparison/baseline.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { Finding } from "../../src/model/finding.ts";
import { incompleteResult } from "../report/sample-reports.ts";
import { sampleResult, source, value, valueFinding } from "../report/sample-result.ts";
import { writtenFile, writtenReport } from "./report-files.ts";

function plain(name: string, level: Finding["level"] = "error"): Finding {
  return { ...valueFinding("plaintext-value", value({ name })), level };
}

/** A result as it is with a baseline that has these findings. */
async function against(known: readonly Finding[], result: AuditResult): Promise<AuditResult> {
  return withBaseline(result, await readBaseline(await writtenReport(sampleResult({ found: known })), "scan"));
}

describe("a baseline", () => {
  test("keeps what was there before from failing the run, and leaves the verdict as it is", async () => {
    const result = await against([plain("a"), plain("b")], sampleResult({ found: [plain("a")] }));
    expect(result).toMatchObject({ exitCode: 0, verdict: "fail", policy: { baseline: { findingsInBaseline: 1 } } });
    expect([...result.findings()]).toHaveLength(1);
  });

  test("hides no finding with another fingerprint, however alike", async () => {
    const other = valueFinding("plaintext-revision", value({ name: "a", location: "history" }));
    expect((await against([plain("a")], sampleResult({ found: [plain("a"), other] }))).exitCode).toBe(1);
    expect((await against([plain("a")], sampleResult({ found: [plain("aa")] }))).exitCode).toBe(1);
  });

  test("lets a new finding fail the run only where its level does", async () => {
    const found = [plain("a"), plain("b", "warning")];
    expect((await against([plain("a")], sampleResult({ found }))).exitCode).toBe(0);
    const strict = sampleResult({ found, policy: { failOn: "warning", levels: new Map() } });
    expect((await against([plain("a")], strict)).exitCode).toBe(1);
  });

  test("makes no incomplete run a good one, nor an interrupted one", async () => {
    expect((await against([...incompleteResult().findings()], incompleteResult())).exitCode).toBe(3);
    expect((await against([], { ...incompleteResult(), exitCode: 130 })).exitCode).toBe(130);
  });

  test("is the report of the same command, whole and readable", async () => {
    const lint = await writtenReport(sampleResult({ command: "lint-config", sources: [] }));
    await expect(readBaseline(lint, "scan")).rejects.toMatchObject({ code: "REPORTS_NOT_COMPARABLE" });
    await expect(readBaseline(writtenFile("{}"), "scan")).rejects.toMatchObject({ code: "NOT_A_REPORT" });
  });

  test("of another cluster is used, and said", async () => {
    const path = await writtenReport(sampleResult({ cluster: "a", sources: [source({ clusterId: "1" })] }));
    const baseline = await readBaseline(path, "scan");
    expect(baselineDoubts(baseline, sampleResult({ cluster: "a" }))).toEqual([]);
    expect(baselineDoubts(baseline, sampleResult({ cluster: "b", sources: [source({ clusterId: "2" })] }))).toEqual([
      expect.stringContaining("is of the cluster a, and this is b"),
      expect.stringContaining("is of the etcd cluster 1, and this is 2"),
    ]);
  });
});
