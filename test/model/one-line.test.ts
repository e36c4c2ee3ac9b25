import { expect, test } from "vitest";
import { oneLine } from "../../src/model/one-line.ts";

test("a text from outside becomes one line without control bytes", () => {
  expect(oneLine(" a\nb\u001b[31m\u2028c\u200e ")).toBe("a b [31m c");
});

test("a text without end is cut, and shows it", () => {
  expect(oneLine("x".repeat(101))).toBe(`${"x".repeat(100)}...`);
  expect(oneLine("x".repeat(100))).toBe("x".repeat(100));
  expect(oneLine("abc", 2)).toBe("ab...");
});
