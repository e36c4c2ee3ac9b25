import { describe, expect, test } from "vitest";
import { readBucketRoot } from "../../src/bbolt/bucket.ts";
import { visitLeafElements } from "../../src/bbolt/elements.ts";
import { type Bucket, elementsOf } from "../bbolt-file/bucket.ts";
import { viewOf } from "../bbolt-file/page.ts";
import { placedRun } from "./page-runs.ts";

/** The value of the leaf element that describes a bucket whose root page, if it has one, is page 77. */
function bucketValue(bucket: Bucket): Uint8Array {
  const options = { pageSize: 4096, order: "little", fill: 0.9 } as const;
  const [element] = elementsOf({ buckets: new Map([["b", bucket]]) }, "", options, () => 77);
  return element?.value ?? new Uint8Array(0);
}

function rootOf(value: Uint8Array): ReturnType<typeof readBucketRoot> {
  return readBucketRoot(placedRun(Buffer.concat([new Uint8Array(50), value]), 4096), 50, value.length);
}

const entry = (text: string) => ({ key: new TextEncoder().encode(text), value: Uint8Array.of(1, 2, 3) });

describe("the header of a bucket", () => {
  test("names its root page", () => {
    expect(rootOf(bucketValue({ form: "tree" }))).toEqual({ kind: "tree", rootPgid: 77 });
  });

  test("is followed by the elements where the bucket is inline", () => {
    const root = rootOf(bucketValue({ entries: [entry("one"), entry("two")] }));
    const keys: string[] = [];
    if (root.kind === "inline") {
      const { leaf } = root;
      visitLeafElements(leaf, (offset, length) =>
        keys.push(Buffer.from(leaf.bytes.slice(offset, offset + length)).toString()),
      );
    }
    expect(keys).toEqual(["one", "two"]);
  });

  test("of an empty bucket is inline", () => {
    const root = rootOf(bucketValue({}));
    expect(root.kind === "inline" && root.leaf.count).toBe(0);
  });

  test("that is cut off, of no page number, or of an inline page of another kind is damaged", () => {
    const inline = bucketValue({ entries: [entry("one")] });
    expect(rootOf(inline.subarray(0, 15))).toEqual({ kind: "damaged" });
    expect(rootOf(inline.subarray(0, 31))).toEqual({ kind: "damaged" });
    const changedAt = (offset: number, byte: number): Uint8Array => {
      const value = inline.slice();
      viewOf(value).setUint8(offset, byte);
      return value;
    };
    expect(rootOf(changedAt(7, 0x80))).toEqual({ kind: "damaged" });
    expect(rootOf(changedAt(16, 1))).toEqual({ kind: "damaged" });
    expect(rootOf(changedAt(24, 1))).toEqual({ kind: "damaged" });
  });
});
