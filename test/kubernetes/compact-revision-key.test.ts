import { expect, it } from "vitest";
import { isCompactRevisionKey } from "../../src/kubernetes/compact-revision-key.ts";

it("only the whole key compact_rev_key is the mark of the next compaction", () => {
  const bytes = Buffer.from("..compact_rev_keys");
  expect(isCompactRevisionKey(bytes, 2, 15)).toBe(true);
  expect(isCompactRevisionKey(bytes, 2, 16)).toBe(false);
  expect(isCompactRevisionKey(bytes, 2, 14)).toBe(false);
  expect(isCompactRevisionKey(bytes, 1, 15)).toBe(false);
});
