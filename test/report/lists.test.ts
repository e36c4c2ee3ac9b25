import { expect, test } from "vitest";
import { collect } from "./collect.ts";
import { failingResult, hostileResult } from "./sample-reports.ts";
import { sampleResult, value, valueClass, valueFinding } from "./sample-result.ts";

test.each([
  ["inventory", "jsonl"],
  ["keys", "txt"],
  ["keys0", "txt"],
  ["csv", "csv"],
] as const)("%s of hostile names is as it always was", async (format, extension) => {
  const { text } = await collect(format, hostileResult());
  await expect(text).toMatchFileSnapshot(`../golden/${format}-hostile.${extension}`);
});

test("csv of all kinds of finding is as it always was", async () => {
  const { text } = await collect("csv", failingResult());
  await expect(text).toMatchFileSnapshot("../golden/csv-failing.csv");
});

test("an inventory line has the contract's fields in the contract's order", async () => {
  const { text } = await collect("inventory", sampleResult({ stored: [value()] }));
  expect(Object.keys(JSON.parse(text) as object)).toEqual(
    (
      "key resource namespace name modRevision createRevision version lease location size state provider keyName keyId " +
      "kekVersion encoding"
    ).split(" "),
  );
});

test("a lease ID beyond 2^53 is written digit for digit", async () => {
  const { text } = await collect("inventory", sampleResult({ stored: [value({ lease: 7587862094823425823n })] }));
  expect(text).toContain('"lease":7587862094823425823,"location"');
});

test("the inventory lists every value, in the order of the result", async () => {
  const stored = [
    value({ name: "b", location: "history" }),
    value({ name: "a", valueClass: valueClass({ encoding: "empty" }) }),
  ];
  const { text } = await collect("inventory", sampleResult({ stored }));
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { name: string; location: string; encoding: string });
  expect(rows.map((row) => [row.name, row.location, row.encoding])).toEqual([
    ["b", "history", "protobuf"],
    ["a", "head", "empty"],
  ]);
});

test("keys are those of plaintext-value findings only", async () => {
  const { text, notices } = await collect("keys", failingResult());
  expect(text.trimEnd().split("\n")).toHaveLength(25);
  expect(text).not.toContain("/cut");
  expect(notices).toEqual([]);
});

test("keys that had to be quoted are told of", async () => {
  const { notices } = await collect("keys", hostileResult());
  expect(notices).toEqual([
    "6 keys with control characters or bad UTF-8 are quoted as JSON; -o keys0 gives the raw bytes",
  ]);
});

test("keys0 gives each key's raw bytes and a NUL, in chunks that add up", async () => {
  const rows = Array.from({ length: 5000 }, (_, index) =>
    value({ key: Buffer.from([0xff, 0x0a, index >> 8, 1 + (index & 127)]) }),
  );
  const { bytes } = await collect(
    "keys0",
    sampleResult({ found: rows.map((row) => valueFinding("plaintext-value", row)) }),
  );
  expect(bytes.equals(Buffer.concat(rows.flatMap(({ key }) => [key, Buffer.from([0])])))).toBe(true);
});

test("a result without plaintext gives empty lists and a csv of one header row", async () => {
  for (const format of ["keys", "keys0", "inventory"] as const) {
    expect((await collect(format, sampleResult())).bytes).toHaveLength(0);
  }
  expect((await collect("csv", sampleResult())).text).toMatch(/^kind,level,key,[^\n]*\r\n$/);
});

test("every csv row has as many cells as the header, whatever the names are", async () => {
  const { text } = await collect("csv", hostileResult());
  const widths = text
    .trimEnd()
    .split("\r\n")
    .map((line) => line.match(/(?:"(?:[^"]|"")*"|[^",]*)(?:,|$)/g)?.length);
  expect(new Set(widths).size).toBe(1);
});

test("csv gives the exact key as base64 where its cell does not", async () => {
  const row = value({ key: Buffer.from("=1+1") });
  const { text } = await collect("csv", sampleResult({ found: [valueFinding("plaintext-value", row)] }));
  expect(text.split("\r\n")[1]).toMatch(
    new RegExp(`^plaintext-value,error,'=1\\+1,${Buffer.from("=1+1").toString("base64")},`),
  );
});
