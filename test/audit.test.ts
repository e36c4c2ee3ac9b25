import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "../src/audit.ts";
import { AuditError } from "../src/errors.ts";
import type { AuditResult } from "../src/model/audit-result.ts";
import { etcdSnapshot } from "./bbolt-file/etcd-snapshot.ts";
import { secretRecords } from "./cli/messages.ts";
import { SAMPLE } from "./corpus/repository-corpus.ts";
import { PACKAGE_FOLDER } from "./corpus/run-program.ts";

let folder: string;
let large: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
  large = join(folder, "large.db");
  writeFileSync(large, etcdSnapshot({ records: secretRecords(20_000, 400) }).bytes);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that a result tells, the times left out. */
function told({ startedAt, finishedAt, findings, alike, values, ...rest }: AuditResult): unknown {
  return { ...rest, findings: [...findings()], alike: [...alike()], values: [...values()] };
}

describe("without options", () => {
  test("secrets under the default prefixes are audited, history too, and no value is kept", async () => {
    const result = await audit({ path: SAMPLE });
    expect(result).toMatchObject({
      cluster: null,
      command: "scan",
      prefixes: ["/registry"],
      resources: ["secrets"],
      verdict: "fail",
      exitCode: 1,
      policy: { failOn: "error" },
    });
    expect(result.looked).toMatchObject({
      head: true,
      history: true,
      configuration: false,
      kmsCurrent: false,
      decrypted: { verified: 0, plausible: 0, notVerifiable: result.summary.areas.head.encrypted },
    });
    expect([...result.values()]).toEqual([]);
    expect([...result.findings()].length).toBeGreaterThan(2);
  });

  test("the tool is named as the package is", async () => {
    const { name, version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8"));
    expect((await audit({ path: SAMPLE })).tool).toEqual({ name, version });
  });
});

describe("what comes out", () => {
  test("is the same each time, also when two audits run at once", async () => {
    const options = { path: SAMPLE, keepValues: true, scope: { allResources: true } };
    const [first, second] = await Promise.all([audit(options), audit(options)]);
    expect(told(first)).toEqual(told(second));
    expect(told(await audit(options))).toEqual(told(first));
  });

  test("begins before it ends, at present times", async () => {
    const before = Date.now();
    const { startedAt, finishedAt } = await audit({ path: SAMPLE });
    expect(startedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(finishedAt.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
    expect(finishedAt.getTime()).toBeLessThanOrEqual(Date.now());
  });
});

describe("progress and interruption", () => {
  test("progress goes up to the length of the file", async () => {
    const seen: number[] = [];
    const totals = new Set<number | null>();
    await audit({
      path: large,
      onProgress(read, total) {
        seen.push(read);
        totals.add(total);
      },
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect([...totals]).toEqual([readFileSync(large).length]);
    expect(seen.at(-1)).toBeLessThanOrEqual(readFileSync(large).length);
  });

  test("a signal that is given in the middle ends it: what was seen is told, and that it is not all", async () => {
    const controller = new AbortController();
    const result = await audit({ path: large, signal: controller.signal, onProgress: () => controller.abort() });
    expect(result).toMatchObject({ verdict: "incomplete", exitCode: 130 });
    expect(result.sources[0]?.incompleteReasons.map(({ code }) => code)).toEqual(["interrupted"]);
    expect(result.summary.areas.head.total).toBeLessThan(20_000);
  });

  test("a signal that comes after the end changes nothing", async () => {
    const controller = new AbortController();
    const result = await audit({ path: SAMPLE, signal: controller.signal });
    controller.abort();
    expect(result.exitCode).toBe(1);
    expect([...result.findings()].length).toBeGreaterThan(2);
  });
});

describe("a source that can't be used is an error with a code", () => {
  test.each([
    ["FILE_NOT_FOUND", () => join(folder, "absent.db")],
    ["NOT_A_SNAPSHOT", () => join(PACKAGE_FOLDER, "package.json")],
  ])("%s", async (code, path) => {
    const error = await audit({ path: path() }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuditError);
    expect(error).toMatchObject({ code, name: "AuditError" });
  });
});
