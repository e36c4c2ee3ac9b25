import { beforeAll, describe, expect, test } from "vitest";
import { uuidOf } from "../../src/evidence/uuid.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { oscalValidator } from "../schemas/official-schemas.ts";
import { collect } from "./collect.ts";
import { manyFindings, SAMPLES } from "./machine-samples.ts";
import { failingResult, passingResult } from "./sample-reports.ts";
import { sampleResult, source, value, valueFinding } from "./sample-result.ts";

interface Observation {
  readonly uuid: string;
  readonly props: readonly { readonly name: string; readonly value: string }[];
}

interface Result {
  readonly "reviewed-controls": {
    readonly "control-selections": readonly { "include-controls": readonly object[]; remarks?: string }[];
  };
  readonly observations?: readonly Observation[];
  readonly findings?: readonly {
    readonly title: string;
    readonly target: { readonly "target-id": string; readonly status: { readonly state: string } };
    readonly "related-observations"?: readonly { readonly "observation-uuid": string }[];
  }[];
  readonly remarks: string;
}

let isValid: ReturnType<typeof oscalValidator>;
beforeAll(() => {
  isValid = oscalValidator();
});

async function resultOf(audited: AuditResult): Promise<Result> {
  const { text } = await collect("oscal", audited);
  const document = JSON.parse(text) as { "assessment-results": { results: readonly Result[] } };
  const [result] = document["assessment-results"].results;
  if (result === undefined) throw new Error("no result");
  return result;
}

describe.each(Object.entries(SAMPLES))("the OSCAL document of the %s sample", (name, result) => {
  test("is as it always was", async () => {
    const { text } = await collect("oscal", result());
    // One line in the file, more of them here: a difference is to be read.
    const lines = `${JSON.stringify(JSON.parse(text), null, 1)}\n`;
    await expect(lines).toMatchFileSnapshot(`../golden/oscal-${name}.json`);
  });

  test("is valid under NIST's schema", async () => {
    const document: unknown = JSON.parse((await collect("oscal", result())).text);
    expect([isValid(document), isValid.errors]).toEqual([true, null]);
  });

  test("gives each thing a UUID of its own, and names only what is there", async () => {
    const { text } = await collect("oscal", result());
    const uuids = [...text.matchAll(/"uuid":"([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(uuids).size).toBe(uuids.length);
    const named = [...text.matchAll(/"(?:observation-uuid":"|href":"#)([^"]+)"/g)].map((match) => match[1]);
    expect(named.filter((uuid) => !uuids.includes(uuid))).toEqual([]);
  });
});

test("the judge refuses what is no OSCAL", () => {
  expect(isValid({ "assessment-results": { uuid: "x" } })).toBe(false);
});

test("the same input gives the same bytes, and another time another document with the same findings", async () => {
  const [first, again] = [await collect("oscal", failingResult()), await collect("oscal", failingResult())];
  expect(first.bytes.equals(again.bytes)).toBe(true);
  const later = { ...failingResult(), startedAt: new Date("2027-01-01T00:00:00Z") };
  const observed = async (result: AuditResult) => {
    const all = (await resultOf(result)).observations ?? [];
    return all.filter(({ props }) => props.some(({ name }) => name === "fingerprint")).map(({ uuid }) => uuid);
  };
  expect(await observed(later)).toEqual(await observed(failingResult()));
  expect((await collect("oscal", later)).text).not.toBe(first.text);
});

test("a UUID is of version 5 and follows from the whole name", () => {
  expect(uuidOf("a")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidOf("a")).toBe(uuidOf("a"));
  expect(new Set([uuidOf("a"), uuidOf("a", ""), uuidOf("a,b"), uuidOf("a", "b"), uuidOf(1), uuidOf("1")]).size).toBe(6);
});

test("a contradicted control is not satisfied, and its observations say why", async () => {
  const { findings, observations } = await resultOf(failingResult());
  const atRest = findings?.find(({ target }) => target["target-id"] === "sc-28");
  expect(atRest?.target.status.state).toBe("not-satisfied");
  const related = atRest?.["related-observations"]?.map((each) => each["observation-uuid"]);
  const kinds = observations?.filter(({ uuid }) => related?.includes(uuid)).map(({ props }) => props[0]?.value);
  expect(kinds).toEqual(["plaintext-value", "plaintext-revision"]);
});

test("what is not assessed is no finding, and has its reason", async () => {
  const { findings, "reviewed-controls": reviewed } = await resultOf(passingResult());
  expect(findings).toBeUndefined();
  expect(reviewed["control-selections"].every(({ remarks }) => remarks?.includes("is not assessed"))).toBe(true);
});

test("a finding in two sources is two observations", async () => {
  const finding = valueFinding("plaintext-value", value());
  const found = [finding, { ...finding, source: 1 }, finding];
  const { observations } = await resultOf(sampleResult({ found, sources: [source(), source({ path: "b.db" })] }));
  expect(new Set(observations?.map(({ uuid }) => uuid)).size).toBe(4);
});

test("100,000 findings are counted, the first of them told, and the rest said to be elsewhere", async () => {
  const { observations, remarks } = await resultOf(manyFindings());
  expect(observations).toHaveLength(201);
  expect(remarks).toContain("Of 100,000 findings of the kind plaintext-value the first 200 are here");
});
