import { expect, test } from "vitest";
import { fnv1a64 } from "../../src/bytes/fnv1a.ts";

/** Vectors of the authors: draft-eastlake-fnv, appendix C. */
test.each([
  ["", 0xcbf29ce484222325n],
  ["a", 0xaf63dc4c8601ec8cn],
  ["foobar", 0x85944171f73967e8n],
])("FNV-1a of '%s'", (text, hash) => {
  expect(fnv1a64(new TextEncoder().encode(text))).toBe(hash);
});
