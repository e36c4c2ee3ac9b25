import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { comparePoint } from "./compare.ts";
import type { JsonReport } from "./program-output.ts";
import { FIXTURES, repositoryCorpus } from "./repository-corpus.ts";
import { runProgram } from "./run-program.ts";
import { readLines } from "./scenario-folder.ts";

describe("a scan of a real database says what bbolt and kube-apiserver say", () => {
  const points = repositoryCorpus();

  test("the corpus covers every scenario and every version of etcd", () => {
    expect(points.length).toBeGreaterThanOrEqual(35);
    expect(new Set(points.map((point) => point.title.charAt(0)))).toEqual(new Set("abcdefghijklmnopqrstuvw"));
    expect(new Set(points.map((point) => point.expected.page_size))).toEqual(new Set([4096, 16384]));
  });

  for (const point of points) {
    test.concurrent(point.title, async ({ expect: expectHere }) => {
      expectHere(await comparePoint(point)).toEqual([]);
    });
  }
});

describe("without --prefix every usual prefix that exists is looked at", () => {
  test("secrets under /kubernetes.io beside those under /registry", async () => {
    const run = await runProgram(["scan", join(FIXTURES, "j-mixed/with-raw-values.db.gz"), "-o", "keys"]);
    expect(run.status).toBe(1);
    const keys = readLines(run.stdout.toString());
    expect(keys).toContain("/kubernetes.io/secrets/payments/old");
    expect(keys).toContain("/registry/secrets/payments/raw-proto");
  });

  test("another prefix is not guessed, but told of", async () => {
    const run = await runProgram(["scan", join(FIXTURES, "m-etcd-prefix/partly-rewritten.db.gz"), "-o", "json"]);
    expect(run.status).toBe(3);
    const report = JSON.parse(run.stdout.toString()) as JsonReport;
    expect(report.findings.map((finding) => finding.kind)).toContain("unlooked-prefix");
    expect(JSON.stringify(report.findings)).toContain("/custom.example.com/registry");
  });
});
