import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { FIXTURES, SAMPLE } from "../corpus/repository-corpus.ts";
import { comparable, readAsFile, readAsStream, withFile } from "./read-snapshot.ts";

const snapshots = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".db.gz"))
  .map((name) => join(FIXTURES, name))
  .concat(SAMPLE);

/** Everything that an audit tells, but for times, paths and hashes of the file. */
function told(result: AuditResult): unknown {
  const { startedAt, finishedAt, sources, summary, ...rest } = result;
  const [facts] = sources;
  return {
    ...rest,
    facts: { ...facts, path: null, sha256: null },
    summary: { ...summary, keys: [...summary.keys] },
    findings: [...result.findings()],
    alike: [...result.alike()],
    values: [...result.values()],
  };
}

function auditAll(path: string): Promise<AuditResult> {
  return audit({ path, keepValues: true, scope: { allResources: true } });
}

test("the corpus is there", () => {
  expect(snapshots.length).toBeGreaterThan(20);
});

describe.each(snapshots.map((path) => [path.slice(FIXTURES.length + 1), path]))("%s", (_, path) => {
  const packed = readFileSync(path);
  const bytes = gunzipSync(packed);

  test("gives the same records and facts as a file, as a stream, and packed, however its bytes come", async () => {
    const file = await readAsFile(bytes);
    expect(file.facts.incompleteReasons).toEqual([]);
    expect(file.records.length).toBeGreaterThan(50);
    expect(new Set(file.records).size).toBe(file.records.length);
    for (const pieceLength of [4096 + 31, 1024 * 1024]) {
      expect(comparable(await readAsStream(bytes, pieceLength))).toEqual(comparable(file));
    }
    expect(comparable(await readAsStream(packed, 10_007))).toEqual(comparable(file));
  });

  test("gives the same findings and inventory, plain and packed", async () => {
    const packedResult = told(await auditAll(path));
    const plainResult = await withFile(bytes, auditAll);
    expect(told(plainResult)).toEqual(packedResult);
  });
});

test("a stream of single bytes is the same, too", async () => {
  const path = snapshots.find((name) => name.includes("u-etcd-3.4/partly")) ?? "";
  const bytes = gunzipSync(readFileSync(path));
  expect(comparable(await readAsStream(bytes, 1))).toEqual(comparable(await readAsFile(bytes)));
});
