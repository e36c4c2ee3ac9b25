import { describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { StoredValue } from "../../src/model/stored-value.ts";
import { repositoryCorpus } from "../corpus/repository-corpus.ts";
import { byReportOrder, findingCounts, gathered, recountOf, summedUp } from "./recount.ts";

function valuesFound(result: AuditResult): StoredValue[] {
  return [...result.findings()].flatMap(({ subject }) => (subject.kind === "value" ? [subject.value] : []));
}

function expectSorted(values: readonly StoredValue[]): void {
  expect(values.map(nameOf)).toEqual([...values].sort(byReportOrder).map(nameOf));
  expect(new Set(values.map(nameOf)).size).toBe(values.length);
}

function nameOf({ key, modRevision, location }: StoredValue): string {
  return `${Buffer.from(key).toString("latin1")} ${modRevision} ${location}`;
}

describe.each(repositoryCorpus().map((point) => [point.title, point] as const))("%s", (_, { file, etcdPrefix }) => {
  test.each([
    ["secrets", {}],
    ["everything", { allResources: true }],
    ["some resources", { resources: ["configmaps", "pods"] }],
    ["everything in one namespace", { allResources: true, namespaces: ["kube-system"] }],
  ])("of %s the sums agree with the values and findings one by one", async (_, scope) => {
    const result = await audit({
      path: file,
      scope: { prefixes: [etcdPrefix], ...scope },
      keepValues: true,
      residue: false,
    });
    const rows = [...result.values()];
    expect(summedUp(result)).toEqual(recountOf(result, rows));
    const { byKind, byLevel } = findingCounts(result);
    expect(Object.fromEntries(result.summary.findings.byKind)).toEqual(byKind);
    expect(result.summary.findings.byLevel).toEqual(byLevel);
    const { aboveCompactRevision, belowCompactRevision } = result.summary.history;
    expect(aboveCompactRevision + belowCompactRevision).toBe(result.summary.areas.history.total);
    expectSorted(rows);
    expectSorted(valuesFound(result));
    expect([...result.values()]).toEqual(rows);
    expect([...result.findings()]).toEqual([...result.findings()]);
    expect([...result.alike()]).toEqual(gathered(result.findings()));
  });
});
