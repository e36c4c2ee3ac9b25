import type { FreedPlace } from "../model/freed-place.ts";
import type { KeyEventPlace } from "../model/key-history.ts";

/** One write to a key, as it was found first, and where else. */
export interface KeyWrite {
  readonly row: {
    /** 0 where it has no revision. */
    readonly main: number;
    readonly sub: number;
    readonly isTombstone: boolean;
    readonly createRevision: number;
    readonly version: number;
    readonly size: number;
    /** Null for a deletion. */
    readonly valueClass: number | null;
  };
  /** SHA-256 of the value: two writes of one value are told to be such by it. Never shown. */
  readonly digest: string;
  readonly found: FreedPlace[];
  isStored: boolean;
}

/** A write in its order. */
interface OrderedWrite {
  readonly row: KeyWrite["row"];
  readonly isStored: boolean;
  readonly isHead: boolean;
  readonly places: readonly KeyEventPlace[];
}

/** A text for a write's revision. */
export function stampOf({ row: { main, sub } }: KeyWrite): string {
  return `${main}_${sub}`;
}

/** A write of which no revision tells whether it is stored. */
export interface LooseWrite {
  readonly write: KeyWrite;
  readonly place: FreedPlace;
}

/**
 * The writes oldest first. A put of the WAL that brought the value of a revision is that revision's; any other has its
 * place behind the one that came before it in the log, and behind all where the log knows none of them.
 */
export function orderedWrites(stored: readonly KeyWrite[], loose: readonly LooseWrite[]): readonly OrderedWrite[] {
  const numbered = [...stored];
  for (const { write, place } of loose.filter((each) => each.write.row.main > 0)) {
    const known = numbered.find((each) => stampOf(each) === stampOf(write) && each.digest === write.digest);
    if (known === undefined) numbered.push(write);
    (known ?? write).found.push(place);
  }
  numbered.sort((a, b) => a.row.main - b.row.main || a.row.sub - b.row.sub);
  const newestStored = numbered.findLast(({ isStored }) => isStored);
  return withPuts(
    numbered,
    loose.filter(({ write }) => write.row.main === 0),
  ).map((write) => ({
    row: write.row,
    isStored: write.isStored,
    isHead: write === newestStored && !write.row.isTombstone,
    places: placesOf(write.found),
  }));
}

function withPuts(numbered: readonly KeyWrite[], puts: readonly LooseWrite[]): readonly KeyWrite[] {
  const isAnyKnown = puts.some(({ write }) => matching(numbered, write, -1) !== undefined);
  // The place in `numbered` of the write that the log had last; before all of them where its first ones are gone.
  let after = isAnyKnown ? -1 : numbered.length - 1;
  const unknown = new Map<string, { readonly write: KeyWrite; readonly after: number }>();
  for (const { write, place } of puts) {
    const known = matching(numbered, write, after);
    if (known !== undefined) {
      known.found.push(place);
      after = numbered.indexOf(known);
      continue;
    }
    const first = unknown.get(write.digest) ?? { write, after };
    unknown.set(write.digest, first);
    first.write.found.push(place);
  }
  const behind = (index: number) =>
    [...unknown.values()].filter((put) => put.after === index).map(({ write }) => write);
  return [...behind(-1), ...numbered.flatMap((write, index) => [write, ...behind(index)])];
}

/** The revision that a put became: of several with its value the next one, else any. */
function matching(numbered: readonly KeyWrite[], { digest }: KeyWrite, after: number): KeyWrite | undefined {
  const isSame = (write: KeyWrite) => !write.row.isTombstone && write.digest === digest;
  return numbered.slice(after + 1).find(isSame) ?? numbered.find(isSame);
}

/** Each location and file once, with the first offset. */
function placesOf(found: readonly FreedPlace[]): readonly KeyEventPlace[] {
  const places = new Map<string, KeyEventPlace>();
  for (const { location, file, offset } of found) {
    const identity = `${location} ${file}`;
    const known = places.get(identity);
    places.set(
      identity,
      known === undefined ? { location, file, offset, count: 1 } : { ...known, count: known.count + 1 },
    );
  }
  return [...places.values()];
}
