import { expect, test } from "vitest";
import type { KeyRange, WantedRanges } from "../../../src/model/key-range.ts";
import type { PageReader } from "../../../src/model/range-page.ts";
import { IncompleteReasons } from "../../../src/source/incomplete.ts";
import { type RangeClient, readHead } from "../../../src/source/live/range-reader.ts";

const range = (from: string): KeyRange => ({ key: Buffer.from(from), rangeEnd: Buffer.from(`${from}~`) });
const VALUES = range("/registry/secrets/");
const WHOLE = range("/registry/");
const WANTED: WantedRanges = {
  arePrefixesNamed: false,
  prefixes: [{ prefix: "/registry", whole: WHOLE, values: [VALUES], definitions: null }],
  gaps: [],
};

const NOBODY: PageReader = {
  read: () => {
    throw new RangeError("nothing is read here");
  },
  handOver: () => undefined,
};

const NESTED = { prefix: "/registry/secrets", whole: VALUES, values: [VALUES], definitions: null };

/** Reads the prefix from a store in which secrets lie or not; returns what was asked for besides. */
async function sampled(hasSecrets: boolean, wanted = WANTED): Promise<readonly KeyRange[]> {
  const asked: KeyRange[] = [];
  const client: RangeClient = {
    readRange: async () => (hasSecrets ? 7 : 0),
    sampleRange: async (sample) => {
      asked.push(sample);
    },
  };
  const pin = { revision: 9, serializable: false };
  const { ranges } = await readHead(client, wanted, pin, NOBODY, new IncompleteReasons());
  for (const range of ranges) expect(range).toEqual({ ...VALUES, newestRevision: hasSecrets ? 7 : 0 });
  return asked;
}

test("whether a prefix holds anything is asked only where nothing came from it: etcd walks over all its keys to tell", async () => {
  expect(await sampled(false)).toEqual([WHOLE]);
  expect(await sampled(true)).toEqual([]);
});

test("what comes from a prefix within another one says nothing of the other", async () => {
  expect(await sampled(true, { ...WANTED, prefixes: [NESTED, ...WANTED.prefixes] })).toEqual([WHOLE]);
});
