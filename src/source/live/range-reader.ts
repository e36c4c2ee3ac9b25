import type { EtcdClientError } from "../../etcd/client/client-error.ts";
import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { KeyRange, WantedPrefix, WantedRanges } from "../../model/key-range.ts";
import type { PageReader } from "../../model/range-page.ts";
import type { IncompleteReasons } from "../incomplete.ts";
import { isPermissionDenied, isRefused, rangeWords } from "./permission.ts";

/** Keys looked at in a gap between the prefixes, to see whether Kubernetes' keys lie there. */
const GAP_SAMPLE = 20;

/** What of a client is asked here. */
export type RangeClient = Pick<EtcdClient, "readRange" | "sampleRange">;

/** At which revision live values are read, and whether one member's word is enough. */
export interface HeadPin {
  readonly revision: number;
  readonly serializable: boolean;
}

/** A range that was read. */
export interface ReadRange extends KeyRange {
  /** The newest revision of its live values; 0 where there is none. */
  readonly newestRevision: number;
}

/** Which ranges could be read. */
export interface ReadRanges {
  readonly ranges: readonly ReadRange[];
  /** What could not be learned, though nothing that was asked for is missing; null when there is nothing of it. */
  readonly unknown: string | null;
  /** Whether all that lies outside the prefixes may be read. */
  readonly looksOutsidePrefixes: boolean;
}

interface Refusal {
  readonly prefix: string;
  readonly range: KeyRange;
  readonly error: EtcdClientError;
}

/**
 * Reads the live values of each wanted range at one revision, and a few keys elsewhere. A range that may not be read
 * makes the scan incomplete; but of the default prefixes one must be readable, and what can't be told of the others is
 * said.
 */
export async function readHead(
  client: RangeClient,
  wanted: WantedRanges,
  pin: HeadPin,
  pages: PageReader,
  reasons: IncompleteReasons,
): Promise<ReadRanges> {
  const ranges: ReadRange[] = [];
  const unknownPrefixes: string[] = [];
  const refusals: Refusal[] = [];
  const excused: Refusal[] = [];
  for (const prefix of wanted.prefixes) {
    const holdsAnother = wanted.prefixes.some((other) => other.prefix.startsWith(`${prefix.prefix}/`));
    const refused = await readPrefix(client, prefix, holdsAnother, pin, pages, ranges);
    const isWholeRefused = refused.length === prefix.values.length;
    (isWholeRefused && !wanted.arePrefixesNamed ? excused : refusals).push(...refused);
    if (isWholeRefused) unknownPrefixes.push(prefix.prefix);
  }
  for (const { prefix, range, error } of ranges.length === 0 ? [...excused, ...refusals] : refusals) {
    const place = rangeWords(range);
    reasons.add("permission-denied", `${error.message} (${place === "/" ? prefix : place}); ${error.nextStep}`);
  }
  let looksOutsidePrefixes = true;
  for (const gap of wanted.gaps) {
    const mayBeRead = await sample(client, gap, pin, GAP_SAMPLE, pages);
    looksOutsidePrefixes &&= mayBeRead;
  }
  return { ranges, unknown: unknownWords(unknownPrefixes, looksOutsidePrefixes), looksOutsidePrefixes };
}

/**
 * Reads what is wanted of one prefix; returns what of it may not be read.
 * @param holdsAnother whether keys under it may belong to a longer prefix
 */
async function readPrefix(
  client: RangeClient,
  { prefix, values, whole, definitions }: WantedPrefix,
  holdsAnother: boolean,
  pin: HeadPin,
  pages: PageReader,
  readable: ReadRange[],
): Promise<readonly Refusal[]> {
  const read = async (range: KeyRange): Promise<ReadRange> => {
    return { ...range, newestRevision: await client.readRange({ ...range, ...pin, mayStream: true, pages }) };
  };
  const refusals: Refusal[] = [];
  let isEmpty = true;
  for (const range of values) {
    try {
      const done = await read(range);
      readable.push(done);
      isEmpty &&= done.newestRevision === 0;
    } catch (error) {
      if (!isPermissionDenied(error)) throw error;
      refusals.push({ prefix, range, error });
    }
  }
  if (refusals.length === values.length) return refusals;
  if (definitions !== null) await isRefused(read(definitions));
  // Whether there is anything at all: a narrow role need not know. etcd walks over every key of the prefix to tell.
  if (isEmpty || holdsAnother) await sample(client, whole, pin, 1, pages);
  return refusals;
}

/** Reads the first few values of a range; false where they may not be read. */
async function sample(
  client: RangeClient,
  range: KeyRange,
  pin: HeadPin,
  limit: number,
  pages: PageReader,
): Promise<boolean> {
  const { revision, serializable } = pin;
  const reading = client.sampleRange(range, revision, limit, pages, serializable);
  return !(await isRefused(reading));
}

function unknownWords(prefixes: readonly string[], mayReadGaps: boolean): string | null {
  const places = [
    ...(prefixes.length > 0 ? [`under ${prefixes.join(", ")}`] : []),
    ...(mayReadGaps ? [] : ["outside the prefixes"]),
  ];
  if (places.length === 0) return null;
  return `whether anything lies ${places.join(" or ")} is not known: the user may not read there`;
}
