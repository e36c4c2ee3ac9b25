import { describe, expect, test } from "vitest";
import { isEtcdDatabase, StoreFacts } from "../../src/etcd/schema.ts";
import { revisionKey } from "../bbolt-file/etcd-record.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function factsOf(...entries: readonly (readonly [bucket: string, key: string, value: Uint8Array])[]): StoreFacts {
  const facts = new StoreFacts();
  for (const [bucket, key, value] of entries) facts.take(bucket, bytes(key), value);
  return facts;
}

describe("what the small buckets tell", () => {
  test("of a store that was never compacted: 0", () => {
    const { compactRevision, scheduledCompactRevision, etcdVersion } = factsOf(["meta", "term", new Uint8Array(8)]);
    expect([compactRevision, scheduledCompactRevision, etcdVersion]).toEqual([0, 0, null]);
  });

  test("the compact revisions, done and asked for", () => {
    const facts = factsOf(
      ["meta", "finishedCompactRev", revisionKey(700)],
      ["meta", "scheduledCompactRev", revisionKey(2 ** 40)],
    );
    expect([facts.compactRevision, facts.scheduledCompactRevision]).toEqual([700, 2 ** 40]);
  });

  test.each([
    ["cut off", revisionKey(700).subarray(0, 16)],
    ["empty", new Uint8Array(0)],
    ["beyond 2^53", revisionKey(2 ** 53)],
    ["no revision", new Uint8Array(17)],
  ])("a compact revision that is %s was not learned: it is not 0, which would say 'never compacted'", (_, value) => {
    const facts = factsOf(["meta", "finishedCompactRev", value], ["meta", "scheduledCompactRev", value]);
    expect([facts.compactRevision, facts.scheduledCompactRevision]).toEqual([null, null]);
  });

  test("the version of the storage, else of the cluster, in whichever order they come", () => {
    const storage = ["meta", "storageVersion", bytes("3.6.0")] as const;
    const cluster = ["cluster", "clusterVersion", bytes("3.5.0")] as const;
    expect(factsOf(storage, cluster).etcdVersion).toBe("3.6.0");
    expect(factsOf(cluster, storage).etcdVersion).toBe("3.6.0");
    expect(factsOf(cluster).etcdVersion).toBe("3.5.0");
    expect(factsOf(["meta", "storageVersion", bytes("\u001b[31m")]).etcdVersion).toBeNull();
  });

  test("nothing, in buckets of other names", () => {
    const facts = factsOf(["auth", "finishedCompactRev", revisionKey(5)], ["key", "storageVersion", bytes("3.6.0")]);
    expect([facts.compactRevision, facts.etcdVersion]).toEqual([0, null]);
  });
});

test("an etcd database has the buckets 'key' and 'meta'", () => {
  expect(isEtcdDatabase(["alarm", "key", "meta"])).toBe(true);
  expect(isEtcdDatabase(["key"])).toBe(false);
  expect(isEtcdDatabase(["meta", "keys"])).toBe(false);
});
