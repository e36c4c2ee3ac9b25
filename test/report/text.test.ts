import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyText } from "../../src/model/key-reference.ts";
import { countOf, formatBytes, formatCount } from "../../src/report/numbers.ts";
import { breakName, listWords, wrapProse } from "../../src/report/prose.ts";
import { TextChunks } from "../../src/report/text-chunks.ts";
import { AESCBC, IDENTITY, KMS_V2, UNKNOWN, valueClass } from "./sample-result.ts";

test("a key in text form is what the command line takes", () => {
  expect(keyText(IDENTITY)).toBe("identity");
  expect(keyText(AESCBC)).toBe("aescbc/key1");
  expect(keyText({ ...KMS_V2, keyName: "my-plugin", keyId: "key-id" })).toBe("kms-v2/my-plugin@key-id");
  expect(keyText(valueClass({ state: "malformed", provider: "aesgcm" }))).toBe("aesgcm");
  expect(keyText(UNKNOWN)).toBe("unknown provider");
});

describe("numbers", () => {
  test("sizes have one decimal and a unit that fits", () => {
    expect([0, 1, 1023, 1024, 1536, 1048575, 1048576, 5 * 2 ** 40].map(formatBytes)).toEqual([
      "0 bytes",
      "1 byte",
      "1,023 bytes",
      "1.0 KiB",
      "1.5 KiB",
      "1.0 MiB",
      "1.0 MiB",
      "5.0 TiB",
    ]);
  });

  test("counts have thousands and the noun that fits", () => {
    expect(formatCount(1234567)).toBe("1,234,567");
    expect([countOf(1, "key"), countOf(2, "key"), countOf(2, "class", "classes")]).toEqual([
      "1 key",
      "2 keys",
      "2 classes",
    ]);
  });
});

describe("prose", () => {
  test("no line is longer than asked, but for a word or command that is", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/)), fc.integer({ min: 20, max: 100 }), (words, width) => {
        const wrapped = wrapProse(words.join(" "), width, "  ");
        expect(wrapped.split("\n").every((line) => line.length <= width)).toBe(true);
        expect(wrapped.split(/\s+/).filter(Boolean)).toEqual(words);
      }),
    );
  });

  test("a command is one word", () => {
    expect(wrapProse("run: `a b c d e f`, then stop", 10)).toBe("run:\n`a b c d e f`,\nthen stop");
    expect(wrapProse("`--one` and then: `a b c d`", 10)).toBe("`--one`\nand then:\n`a b c d`");
    expect(wrapProse("x `a b`/`c d` y", 10)).toBe("x\n`a b`/`c d`\ny");
  });

  test("a name that is broken loses nothing, and parts after a mark where it can", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (name, width) => {
        const clean = name.replaceAll("\n", "");
        const pieces = breakName(clean, width).split("\n");
        expect(pieces.join("")).toBe(clean);
        expect(pieces.every((piece) => Array.from(piece).length <= width)).toBe(true);
      }),
    );
    expect(breakName("kms-v2/plugin@arn:aws", 16)).toBe("kms-v2/plugin@\narn:aws");
  });

  test("lists read as people write them", () => {
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listWords)).toEqual(["", "a", "a and b", "a, b and c"]);
  });
});

test("chunks hold everything once, in order", async () => {
  const written: string[] = [];
  const chunks = new TextChunks({
    write(chunk) {
      written.push(String(chunk));
      return undefined;
    },
  });
  const parts = Array.from({ length: 10_000 }, (_, index) => `line ${index} ${"x".repeat(index % 100)}\n`);
  for (const part of parts) await chunks.add(part);
  await chunks.flush();
  await chunks.flush();
  expect(written.join("")).toBe(parts.join(""));
  expect(written.length).toBeGreaterThan(5);
});
