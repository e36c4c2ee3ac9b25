import { describe, expect, test } from "vitest";
import { mergeReports } from "../../../src/comparison/merge-reports.ts";
import type { AuditResult } from "../../../src/model/audit-result.ts";
import type { Rotation } from "../../../src/model/rotation.ts";
import { controlRows } from "../../../src/report/control-rows.ts";
import { timelineOf } from "../../../src/report/html/timeline.ts";
import { newPath, writtenReport } from "../../comparison/report-files.ts";
import { collect } from "../collect.ts";
import { failingResult, passingResult } from "../sample-reports.ts";
import { AESCBC, IDENTITY, KMS_V2, MALFORMED, sampleResult, source, value, valueClass } from "../sample-result.ts";
import { elementsOf, textOf } from "./read-page.ts";

const KEY2 = valueClass({ state: "encrypted", provider: "aescbc", keyName: "key2" });

async function pageOf(result: AuditResult): Promise<string> {
  return (await collect("html", result)).text;
}

/** The cells of the table with this caption, row by row. */
function tableOf(html: string, caption: string): string[][] {
  const table = elementsOf(html, "table").find((each) => textOf(each).startsWith(caption)) ?? "";
  return elementsOf(elementsOf(table, "tbody")[0] ?? "", "tr").map((row) =>
    [...row.matchAll(/<(td|th)\b[^>]*>([\s\S]*?)<\/\1>/g)].map((match) => textOf(match[2] ?? "")),
  );
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

describe("the timeline of revisions by key", () => {
  test("shows a rotation as one key that ends and another that begins", () => {
    const stored = [
      ...[100, 110, 120].map((modRevision) => value({ modRevision, valueClass: AESCBC })),
      value({ modRevision: 90, valueClass: AESCBC, location: "history" }),
      ...[160, 170].map((modRevision) => value({ modRevision, valueClass: KEY2 })),
    ];
    const timeline = timelineOf(sampleResult({ stored }).summary.keys);
    expect(timeline).toMatchObject({ start: 90, width: 1, columns: 81 });
    const written = timeline?.rows.map(({ label, head, history }) => [
      label,
      head.flatMap((count, column) => (count === 0 ? [] : [90 + column])),
      history.flatMap((count, column) => (count === 0 ? [] : [90 + column])),
    ]);
    expect(written).toEqual([
      ["aescbc/key1", [100, 110, 120], [90]],
      ["aescbc/key2", [160, 170], []],
    ]);
  });

  test("loses no write, however far apart they are, and has at most 128 columns", () => {
    const stored = [1, 5, 1_000_000, 999_999_999].map((modRevision, index) =>
      value({ modRevision, valueClass: [IDENTITY, AESCBC, KMS_V2, MALFORMED][index] ?? IDENTITY }),
    );
    const timeline = timelineOf(sampleResult({ stored }).summary.keys);
    if (timeline === null) throw new Error("there are writes");
    expect(timeline.columns).toBeLessThanOrEqual(128);
    expect(total(timeline.rows.map(({ head }) => total(head)))).toBe(4);
    // A malformed value counts with the key that its prefix names.
    expect(timeline.rows.map(({ label }) => label)).toEqual([
      "identity",
      "aescbc/key1",
      expect.stringContaining("kms-v2/"),
    ]);
  });

  test("of no stored write there is none", async () => {
    expect(timelineOf(sampleResult().summary.keys)).toBeNull();
    expect(await pageOf(sampleResult())).not.toContain("Timeline of revisions");
  });

  test("marks the compact revision where it lies in the picture", async () => {
    const stored = [value({ modRevision: 10 }), value({ modRevision: 90 })];
    const inside = await pageOf(sampleResult({ stored, sources: [source({ compactRevision: 40 })] }));
    const outside = await pageOf(sampleResult({ stored, sources: [source({ compactRevision: 5 })] }));
    expect(inside).toContain("compact revision 40</text>");
    expect(outside).not.toContain('<line class="compaction"');
  });
});

test("values by provider and key, by resource and by namespace stand there in numbers too", async () => {
  const html = await pageOf(failingResult());
  expect(tableOf(html, "Values by provider and key")[1]?.slice(2)).toEqual(["1,311", "5", "2100", "48001"]);
  expect(tableOf(html, "Live values by resource")[0]).toEqual([
    "secrets",
    "secrets: 25 not encrypted, 1,466 encrypted, 1 malformed, 1 unknown",
    "yes",
    "25",
    "1,466",
    "1",
    "1",
    "1,493",
  ]);
  const byNamespace = tableOf(html, "Live values of audited resources by namespace").map((cells) => cells[0]);
  expect(byNamespace).toEqual(["shop", "default", "kube-system", "web"]);
});

describe("the answers of verify-rotation", () => {
  const rotation: Rotation = {
    question: { kind: "retire", key: "aescbc/key1" },
    cluster: 0,
    isLive: true,
    needs: [{ head: 0, history: 1 }],
    decides: "removeFromConfig",
    removeFromConfig: "not-yet",
    destroyKey: "not-safe",
    ledger: [
      { key: "aescbc/key1", source: 0, counts: { head: 0, history: 12, residue: 3, wal: 0 } },
      { key: "aescbc/key2", source: 1, counts: { head: 29, history: 0, residue: 0, wal: 0 } },
    ],
  };
  const sources = [source({ path: "/backup/live.db" }), source({ path: "/backup/old.db" })];

  test("stand in words, with the ledger that they rest on", async () => {
    const html = await pageOf(sampleResult({ rotation, sources }));
    const text = textOf(html);
    expect(text).toContain("May aescbc/key1 be removed from the configuration? NOT SAFE YET");
    expect(text).toContain("May aescbc/key1 be destroyed? NOT SAFE");
    // The answer that decides stands where a scan's verdict does, and says why.
    expect(text).toContain("NOT SAFE YET aescbc/key1 may not be removed from the configuration yet");
    expect(text).toContain("They go when a compaction passes revision 48211");
    expect(tableOf(html, "Rotation ledger")).toEqual([
      ["aescbc/key1", "1: /backup/live.db", "–", "12", "3", "–"],
      ["aescbc/key2", "2: /backup/old.db", "29", "–", "–", "–"],
    ]);
  });

  test("about a next configuration there is one", async () => {
    const question = { kind: "next", path: "next.yaml" } as const;
    const text = textOf(await pageOf(sampleResult({ rotation: { ...rotation, question, removeFromConfig: "safe" } })));
    expect(text).toContain("May the configuration next.yaml be put in force? SAFE");
    expect(text).not.toContain("be destroyed?");
  });

  test("are not there for a scan", async () => {
    expect(await pageOf(sampleResult())).not.toContain('id="rotation"');
  });
});

test("a merged report begins with its clusters, the worst first, one that can't be read among them", async () => {
  const paths = [newPath("missing.json")];
  for (const result of [passingResult(), failingResult()]) paths.push(await writtenReport(result));
  const html = await pageOf(await mergeReports({ paths, cluster: "europe" }));
  const rows = tableOf(html, "Clusters and their audited live values");
  expect(rows.map((cells) => cells.slice(1, 7))).toEqual([
    [expect.stringMatching(/^can't be read ?:/), "2", "–", "–", "–", "–"],
    ["fail", "1", "1,493", "25", "29", "2"],
    ["pass", "0", "48", "–", "–", "–"],
  ]);
  expect(html.indexOf('id="clusters"')).toBeLessThan(html.indexOf('id="scope"'));
});

test("configurations are told with what each rule stores with", async () => {
  const configs = [
    {
      path: "/etc/kubernetes/enc.yaml",
      sha256: "cd".repeat(32),
      kind: "EncryptionConfiguration",
      resources: [{ resource: "secrets", writeKey: "aescbc/key2", readKeys: ["aescbc/key2", "identity"] }],
    },
    { path: "broken.yaml", sha256: "ef".repeat(32), kind: null, resources: [] },
  ];
  const html = await pageOf(sampleResult({ configs }));
  expect(tableOf(html, "Rules of /etc/kubernetes/enc.yaml")).toEqual([
    ["secrets", "aescbc/key2", "aescbc/key2, identity"],
  ]);
  expect(textOf(html)).toContain("broken.yaml SHA-256 efef");
  expect(textOf(html)).toContain("Kind not accepted by the API server");
});

test("a control is supported, contradicted or not assessed, with the reason, and never compliant", async () => {
  const html = await pageOf(failingResult());
  const rows = tableOf(html, "Controls and what was seen");
  const expected = controlRows(failingResult()).map(({ framework, id, title, status, reason }) => {
    return [framework, id, title, status.replace("-", " "), reason ?? ""];
  });
  expect(rows).toEqual(expected);
  expect(rows.map((cells) => cells[3])).toContain("contradicted");
  expect(textOf(html)).not.toMatch(/compliant/i);
});
