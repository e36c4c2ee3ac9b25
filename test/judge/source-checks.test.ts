import { describe, expect, test } from "vitest";
import { compactionGoesOn } from "../../src/judge/compaction.ts";
import type { SourceOverview } from "../../src/judge/source-check.ts";
import { SOURCE_CHECKS } from "../../src/judge/source-checks/index.ts";
import type { SourceDetail } from "../../src/model/finding.ts";
import type { SourceFacts } from "../../src/model/source-facts.ts";

const FACTS: SourceFacts = {
  kind: "snapshot",
  endpoints: null,
  path: "snapshot.db",
  sha256: null,
  contentSha256: null,
  clusterId: null,
  etcdVersion: null,
  revision: 100,
  compactRevision: 50,
  scheduledCompactRevision: 50,
  dbSize: 81_920,
  dbSizeInUse: 81_920,
  readsHistory: true,
  looksOutsidePrefixes: true,
  readsFreePages: true,
  readsTail: true,
  readsWal: false,
  unattributedBytes: 0,
  differingMembers: [],
  incompleteReasons: [],
  furtherIncompleteReasons: 0,
};

function foundOf(
  overview: Partial<Omit<SourceOverview, "facts">>,
  facts: Partial<SourceFacts> = {},
): readonly SourceDetail[] {
  const whole: SourceOverview = {
    recordsUnderPrefixes: 10,
    secretRecords: 5,
    compactRevisionKeyRecords: 1,
    supersededRevisions: 3,
    unlooked: [],
    alternations: [],
    budgets: [],
    ...overview,
    facts: { ...FACTS, ...facts },
  };
  return SOURCE_CHECKS.flatMap((check) => check.examine(whole));
}

test("a source with secrets, compactions and no freed pages has no finding", () => {
  expect(foundOf({})).toEqual([]);
});

describe("compaction-stalled", () => {
  const never = { compactRevision: 0, scheduledCompactRevision: 0 };
  const stalled = { compactRevisionKeyRecords: 0 };

  test("of a store that was never compacted, that no API server keeps compacted, and in which revisions pile up", () => {
    expect(foundOf(stalled, never)).toEqual([{ kind: "compaction-stalled", revision: 100, compactRevision: 0 }]);
    expect(foundOf(stalled, { ...never, scheduledCompactRevision: null })).toHaveLength(1);
  });

  test.each<[string, Partial<Omit<SourceOverview, "facts">>, Partial<SourceFacts>]>([
    ["was compacted", stalled, {}],
    ["has a compaction under way", stalled, { ...never, scheduledCompactRevision: 70 }],
    ["has the key by which API servers agree on compactions", {}, never],
    ["has nothing to compact", { ...stalled, supersededRevisions: 0 }, never],
    ["may not be looked at outside the prefixes", stalled, { ...never, looksOutsidePrefixes: false }],
    ["did not tell its compact revision", stalled, { ...never, compactRevision: null }],
    ["did not tell its revision", stalled, { ...never, revision: null }],
  ])("not of one that %s", (_, overview, facts) => {
    expect(foundOf(overview, facts)).toEqual([]);
  });
});

describe("compaction of a running etcd", () => {
  const live = { kind: "live", revision: 50_000, compactRevision: 100 } as const;

  test("is stalled when the compact revision is far behind and no API server moves it", () => {
    const compactRevisionKeyRecords = 0;
    expect(foundOf({ compactRevisionKeyRecords }, live)).toHaveLength(1);
    expect(foundOf({ compactRevisionKeyRecords }, { ...live, compactRevision: 40_000 })).toEqual([]);
    expect(foundOf({}, live)).toEqual([]);
  });

  test.each<[string, boolean, Partial<SourceFacts>, number]>([
    ["was compacted not long ago", true, { ...live, compactRevision: 49_000 }, 0],
    ["is new, and API servers agree on its compaction", true, { ...live, revision: 500, compactRevision: 0 }, 1],
    ["was compacted long ago", false, live, 1],
    ["was never compacted, and nobody will", false, { ...live, revision: 500, compactRevision: 0 }, 0],
    ["is a file", false, { revision: 500, compactRevision: 490 }, 1],
  ])("of one that %s: goes on is %s", (_, goesOn, facts, compactRevisionKeyRecords) => {
    const overview = {
      recordsUnderPrefixes: 10,
      secretRecords: 5,
      supersededRevisions: 3,
      unlooked: [],
      alternations: [],
      budgets: [],
    };
    expect(compactionGoesOn({ ...overview, compactRevisionKeyRecords, facts: { ...FACTS, ...facts } })).toBe(goesOn);
  });
});

describe("defragmentation-due", () => {
  test("tells the freed bytes", () => {
    expect(foundOf({}, { dbSizeInUse: 40_960 })).toEqual([{ kind: "defragmentation-due", freeBytes: 40_960 }]);
  });

  test("not where the pages in use were not learned", () => {
    expect(foundOf({}, { dbSizeInUse: null })).toEqual([]);
    expect(foundOf({}, { dbSize: null, dbSizeInUse: null })).toEqual([]);
  });
});

describe("residue-unattributed", () => {
  test("tells the bytes of which no key can be told", () => {
    expect(foundOf({}, { unattributedBytes: 8192 })).toEqual([{ kind: "residue-unattributed", bytes: 8192 }]);
  });

  test("not where freed pages were not looked at", () => {
    expect(foundOf({}, { readsFreePages: false, unattributedBytes: null })).toEqual([]);
  });
});

test("members-differ: names the members whose hashes differ", () => {
  const differingMembers = ["127.0.0.1:2379", "127.0.0.1:22379"];
  expect(foundOf({}, { differingMembers })).toEqual([{ kind: "members-differ", endpoints: differingMembers }]);
});

describe("no-secrets-stored", () => {
  test("when other kinds are stored", () => {
    expect(foundOf({ secretRecords: 0 })).toEqual([{ kind: "no-secrets-stored" }]);
  });

  test("not when nothing at all is", () => {
    expect(foundOf({ secretRecords: 0, recordsUnderPrefixes: 0 })).toEqual([]);
  });

  test("not of a source that was not seen whole: secrets may lie in the rest", () => {
    const incompleteReasons = [{ code: "truncated", message: "it is truncated" }] as const;
    expect(foundOf({ secretRecords: 0 }, { incompleteReasons })).toEqual([]);
  });
});

test("unlooked-prefix: each prefix with its number of keys and an example", () => {
  const unlooked = [
    { prefix: "/a", keys: 2, exampleKey: Uint8Array.of(1) },
    { prefix: "/b", keys: 1, exampleKey: Uint8Array.of(2) },
  ];
  expect(foundOf({ unlooked })).toEqual(unlooked.map((prefix) => ({ kind: "unlooked-prefix", ...prefix })));
});
