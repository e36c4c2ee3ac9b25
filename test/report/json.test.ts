import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { FINDING_KINDS, type Finding } from "../../src/model/finding.ts";
import { json } from "../../src/report/json.ts";
import { type Report, reportJsonSchema, reportSchema } from "../../src/report/schema.ts";
import { collect } from "./collect.ts";
import { emptyResult, failingResult, hostileResult, incompleteResult, passingResult } from "./sample-reports.ts";
import { KMS_V1, MALFORMED, sampleResult, source, value, valueClass, valueFinding } from "./sample-result.ts";

const ajv = new Ajv2020({ formats: { "date-time": true } });
const isValid = ajv.compile(reportJsonSchema());
/** The same schema with no further field allowed: what is written must be what is described. */
const isExactly = new Ajv2020({ formats: { "date-time": true } }).compile(
  z.toJSONSchema(reportSchema, { io: "output" }),
);

const SAMPLES = {
  failing: failingResult,
  passing: passingResult,
  incomplete: incompleteResult,
  empty: emptyResult,
  hostile: hostileResult,
};

describe.each(Object.entries(SAMPLES))("the JSON report of the %s sample", (name, result) => {
  test("is as it always was", async () => {
    const { text } = await collect("json", result());
    await expect(text).toMatchFileSnapshot(`../golden/json-${name}.json`);
  });

  test("is valid under the schema, and has no field that the schema does not name", async () => {
    const report: unknown = JSON.parse((await collect("json", result())).text);
    expect([isValid(report), isValid.errors]).toEqual([true, null]);
    expect([isExactly(report), isExactly.errors]).toEqual([true, null]);
  });

  test("has one finding a line", async () => {
    const { text } = await collect("json", result());
    const lines = text.split("\n");
    const start = lines.indexOf('  "findings": [');
    const end = lines.indexOf("  ],", start);
    const read = lines.slice(start + 1, end).map((line) => JSON.parse(line.replace(/,$/, "")));
    expect(read).toEqual((JSON.parse(text) as Report).findings);
  });
});

async function reportOf(...fields: Parameters<typeof sampleResult>): Promise<Report> {
  return JSON.parse((await collect("json", sampleResult(...fields))).text) as Report;
}

test("a report without findings is valid JSON", async () => {
  expect((await reportOf()).findings).toEqual([]);
});

test("a key that is not UTF-8 stands as base64 and as nothing else", async () => {
  const row = value({ key: Buffer.from([0x2f, 0xff, 0x00]) });
  const [finding] = (await reportOf({ found: [valueFinding("plaintext-value", row)] })).findings;
  expect(finding).toMatchObject({ keyBase64: "L/8A" });
  expect(finding).not.toHaveProperty("key");
});

test("classes that differ in encoding or malformation only are one key", async () => {
  const key1 = valueClass({ state: "encrypted", provider: "aescbc", keyName: "key1" });
  const stored = [
    value({ valueClass: valueClass({ encoding: "json" }), modRevision: 7 }),
    value({ valueClass: valueClass({ encoding: "protobuf" }), modRevision: 5, location: "history" }),
    value({ valueClass: key1, modRevision: 3 }),
    value({ valueClass: MALFORMED, modRevision: 9 }),
    value({ valueClass: KMS_V1 }),
  ];
  const { byKey } = (await reportOf({ stored })).summary;
  expect(
    byKey.map(({ provider, keyName, head, history, firstWrite, lastWrite }) => {
      return [provider, keyName, head, history, firstWrite, lastWrite];
    }),
  ).toEqual([
    ["identity", null, 1, 1, 5, 7],
    ["aescbc", "key1", 2, 0, 3, 9],
    ["kms-v1", "vault", 1, 0, 1200, 1200],
  ]);
});

test("a source with reasons is incomplete, and reasons that were not kept are counted", async () => {
  const incompleteReasons = [{ code: "truncated", message: "the file ends at byte 8192" }] as const;
  const { sources } = await reportOf({ sources: [source({ incompleteReasons, furtherIncompleteReasons: 2 })] });
  expect(sources[0]).toMatchObject({
    complete: false,
    incompleteReasons: ["the file ends at byte 8192", "and 2 further reasons of this kind, not listed"],
  });
});

test("a finding that policy turned off stays in the report", async () => {
  const found: Finding[] = [{ ...valueFinding("plaintext-value", value()), level: "off" }];
  const report = await reportOf({ found });
  expect(report.findings).toMatchObject([{ kind: "plaintext-value", level: "off" }]);
});

test("every kind of finding has its words", async () => {
  const found = FINDING_KINDS.map((kind): Finding => valueFinding(kind, value()));
  for (const { message } of (await reportOf({ found })).findings) expect(message).toMatch(/^\S.*[^.]$/);
});

test("200,000 findings are written as they are made, a chunk at a time, however slow the output is", async () => {
  const total = 200_000;
  let made = 0;
  let written = 0;
  let longest = 0;
  let furthestAhead = 0;
  let isWriting = false;
  const row = value();
  function* findings(): Iterable<Finding> {
    for (; made < total; made++) yield valueFinding("plaintext-value", row);
  }
  const out = {
    async write(chunk: string | Uint8Array) {
      expect(isWriting).toBe(false);
      isWriting = true;
      longest = Math.max(longest, chunk.length);
      written += String(chunk).match(/"kind":"plaintext-value"/g)?.length ?? 0;
      furthestAhead = Math.max(furthestAhead, made - written);
      await new Promise((done) => setImmediate(done));
      isWriting = false;
    },
  };
  await json.write({ ...sampleResult(), findings }, out, { columns: null, color: false, notice() {} });
  expect(written).toBe(total);
  expect(longest).toBeLessThan(80_000);
  expect(furthestAhead).toBeLessThanOrEqual(1);
});
