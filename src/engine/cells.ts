import { LOCATIONS, type Location } from "../model/location.ts";
import type { Engine } from "./engine.ts";

/** Layout of a cell (assembly/cells.ts), in doubles and in words. */
const COUNT = 0;
const FIRST_WRITE = 1;
const LAST_WRITE = 2;
const ABOVE_COMPACT_REVISION = 3;
const FOLDER_WORD = 8;
const CLASS_WORD = 9;
const LOCATION_WORD = 10;
const MARKS_WORD = 11;
const STATE_WORD = 12;
const NAMESPACE_START_WORD = 13;
const RANGES_WORD = 15;
const RESOURCE_WORD = 16;
const KEY_WORD = 17;

const COUNTED = 1;
const AUDITED = 2;
const NONE = 0xffffffff;

/** Layout of ranges (assembly/write-ranges.ts), in words. */
const FIRST_RANGE_LOW = 0;
const FIRST_RANGE_HIGH = 1;
const SHIFT = 2;
const RANGE_COUNT = 3;
const RANGES = 4;
const HIGH = 2 ** 32;

/** What a cell must be told before its values are counted. */
export interface CellFacts {
  /** Whether its values are counted, and whether they can have findings. */
  readonly isCounted: boolean;
  readonly isAudited: boolean;
  /** Number of its class's state, below 4. */
  readonly state: number;
  /** Where in a key the namespace begins; null where there is none. */
  readonly namespaceStart: number | null;
}

/** What was counted of the values of one class in one folder at one location. */
export interface Cell {
  readonly number: number;
  readonly folder: number;
  readonly valueClass: number;
  readonly location: Location;
  readonly isCounted: boolean;
  readonly isAudited: boolean;
  readonly count: number;
  /** The first and last main revision that is known. */
  readonly firstWrite: number | null;
  readonly lastWrite: number | null;
  /** Of superseded ones, those above the compact revision. */
  readonly aboveCompactRevision: number;
}

/** Counts of writes by ranges of revisions, all of one width, from the range of a number on. */
export interface CountedRanges {
  readonly first: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** All cells of an engine. */
export class Cells {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get count(): number {
    return this.engine.exports.cellCount();
  }

  /** All of them as they are now. */
  all(): readonly Cell[] {
    return Array.from({ length: this.count }, (_, number) => this.cell(number));
  }

  /** A cell as it is now. */
  cell(number: number): Cell {
    const { words, doubles } = this.engine;
    const address = this.engine.exports.cellAddress(number) >>> 0;
    const word = (field: number) => words[(address >>> 2) + field] as number;
    const double = (field: number) => doubles[address / 8 + field] as number;
    return {
      number,
      folder: word(FOLDER_WORD),
      valueClass: word(CLASS_WORD),
      location: LOCATIONS[word(LOCATION_WORD)] as Location,
      isCounted: (word(MARKS_WORD) & COUNTED) !== 0,
      isAudited: (word(MARKS_WORD) & AUDITED) !== 0,
      count: double(COUNT),
      firstWrite: double(FIRST_WRITE) || null,
      lastWrite: double(LAST_WRITE) || null,
      aboveCompactRevision: double(ABOVE_COMPACT_REVISION),
    };
  }

  /** Tells a new cell what must be known of it. */
  describe(cell: number, { isCounted, isAudited, state, namespaceStart }: CellFacts): void {
    this.set(cell, MARKS_WORD, (isCounted ? COUNTED : 0) | (isAudited ? AUDITED : 0));
    this.set(cell, STATE_WORD, state);
    this.set(cell, NAMESPACE_START_WORD, namespaceStart ?? NONE);
  }

  /** Gives a cell the numbers of the resource and of the key that its writes are compared by; null: they are not. */
  setWriter(cell: number, writer: { readonly resource: number; readonly key: number } | null): void {
    this.set(cell, RESOURCE_WORD, writer?.resource ?? NONE);
    this.set(cell, KEY_WORD, writer?.key ?? NONE);
  }

  /** The writes of a cell's values by ranges of revisions. */
  writes(cell: number): CountedRanges {
    const { words } = this.engine;
    const ranges = this.get(cell, RANGES_WORD) >>> 2;
    const word = (field: number) => words[ranges + field] as number;
    const counts = word(RANGES) >>> 2;
    return {
      first: word(FIRST_RANGE_HIGH) * HIGH + word(FIRST_RANGE_LOW),
      width: 2 ** word(SHIFT),
      counts: [...words.subarray(counts, counts + word(RANGE_COUNT))],
    };
  }

  private get(cell: number, field: number): number {
    return this.engine.words[this.wordOf(cell) + field] as number;
  }

  private set(cell: number, field: number, value: number): void {
    this.engine.words[this.wordOf(cell) + field] = value;
  }

  private wordOf(cell: number): number {
    return this.engine.exports.cellAddress(cell) >>> 2;
  }
}
