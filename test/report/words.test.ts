import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import { messageOf, remediationOf } from "../../src/report/words.ts";
import { sourceFinding } from "./sample-reports.ts";
import { MALFORMED, source, value, valueClass, valueFinding } from "./sample-result.ts";

const PLAINTEXT = valueFinding("plaintext-value", value());
const SUPERSEDED = valueFinding("plaintext-revision", value({ location: "history", modRevision: 77 }));

describe("what to do fits the source", () => {
  test("a snapshot file is destroyed and taken anew", () => {
    for (const finding of [PLAINTEXT, SUPERSEDED]) {
      const words = remediationOf(finding, source());
      expect(words).toContain("take a new snapshot, then destroy this file and every copy of it");
      expect(words).toContain("`etcdctl compact REVISION`");
      expect(words).toContain("`ETCDCTL_ENDPOINTS=MEMBER etcdctl defrag`");
    }
  });

  test("a live cluster has no file to destroy", () => {
    const words = remediationOf(SUPERSEDED, source({ kind: "live" }));
    expect(words).toContain("They go with the next compaction");
    expect(words).not.toContain("this file");
  });

  test("a stopped member has to be started first, and kine has no etcdctl", () => {
    expect(remediationOf(SUPERSEDED, source({ kind: "data-dir" }))).toContain("start the member");
    expect(remediationOf(SUPERSEDED, source({ kind: "kine" }))).not.toContain("etcdctl");
  });
});

test("plaintext is encrypted first and then rewritten, each resource by its own command", () => {
  const widgets = valueFinding("plaintext-value", value({ resource: "widgets.example.com" }));
  expect(remediationOf(PLAINTEXT, source())).toMatch(
    /EncryptionConfiguration.*`kubectl get secrets --all-namespaces -o json \| kubectl replace -f -`/,
  );
  expect(remediationOf(widgets, source())).toContain("`kubectl get widgets.example.com --all-namespaces");
});

test("a folder's name never gets into a command that someone may run", () => {
  const finding = valueFinding("plaintext-value", value({ resource: "x; rm -rf ~" }));
  const prefix = sourceFinding({ kind: "unlooked-prefix", prefix: "/a$(id)", keys: 1, exampleKey: Buffer.from("/a") });
  expect(remediationOf(finding, source())).not.toContain("rm -rf");
  expect(remediationOf(prefix, source())).not.toContain("$(");
});

test.each([
  ["body-too-short", "what follows is too short to be its ciphertext"],
  ["body-not-in-blocks", "what follows is not a whole number of 16-byte blocks"],
  ["wrapped-dek-cut", "it ends inside the wrapped data key"],
] as const)("%s is said in words", (malformation, words) => {
  const about = value({ valueClass: valueClass({ ...MALFORMED, malformation }) });
  expect(messageOf(valueFinding("malformed-ciphertext", about))).toBe(
    `The live value of secrets default/db claims aescbc/key1, but ${words}`,
  );
});

test("values are named as kubectl names them, or by their key where they have no name", () => {
  const message = (fields: Parameters<typeof value>[0]) => messageOf(valueFinding("plaintext-value", value(fields)));
  expect(message({})).toBe("The live value of secrets default/db is not encrypted");
  expect(message({ resource: "nodes", namespace: null })).toBe("The live value of nodes db is not encrypted");
  expect(message({ name: null, key: Buffer.from("/registry/odd") })).toBe(
    "The live value of /registry/odd is not encrypted",
  );
});

test("a finding about a source is told in numbers", () => {
  const stalled: Finding = sourceFinding({ kind: "compaction-stalled", revision: 25001, compactRevision: 1 });
  expect(messageOf(stalled)).toBe(
    "The compact revision is 1 while the store is at revision 25001, 25,000 revisions on: superseded revisions pile up",
  );
  const never: Finding = sourceFinding({ kind: "compaction-stalled", revision: 124, compactRevision: 0 });
  expect(messageOf(never)).toBe("The store is at revision 124 and was never compacted: superseded revisions pile up");
});
