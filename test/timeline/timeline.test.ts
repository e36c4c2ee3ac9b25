import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Timeline, type TimelineRow, TOMBSTONE } from "../../src/timeline/timeline.ts";

/** What a timeline made of some rows: each row it handed on, as a text. */
interface Split {
  readonly live: readonly string[];
  readonly superseded: readonly string[];
}

type Event = Pick<TimelineRow, "key" | "main" | "sub" | "valueClass">;

function rowOf(event: Event): TimelineRow {
  const { key, main, sub } = event;
  // Every column is told by the revision, so that a row of mixed columns shows.
  const small = (main * 3 + sub) % 1000;
  return { ...event, createRevision: main * 2, version: main + sub, leaseHigh: key, leaseLow: small, size: small * 7 };
}

function textOf(row: Readonly<TimelineRow>): string {
  return Object.entries(row).sort().join(" ");
}

function splitOf(events: readonly Event[], keepsDetails = true): Split {
  const superseded: string[] = [];
  const live: string[] = [];
  const timeline = new Timeline(keepsDetails, (row) => superseded.push(textOf(row)));
  const keyCount = Math.max(0, ...events.map(({ key }) => key + 1));
  for (const event of events) timeline.place(rowOf(event));
  timeline.visitLive(keyCount, (row) => live.push(textOf(row)));
  return { live: live.sort(), superseded: superseded.sort() };
}

/** The same by the words of etcd's data model: the newest revision of a key is live, unless it marks a deletion. */
function splitByModel(events: readonly Event[]): Split {
  const isAfter = (a: Event, b: Event) => a.main > b.main || (a.main === b.main && a.sub > b.sub);
  const isNewest = (event: Event) => !events.some((other) => other.key === event.key && isAfter(other, event));
  const stored = events.filter(({ valueClass }) => valueClass !== TOMBSTONE);
  const texts = (some: readonly Event[]) => some.map((event) => textOf(rowOf(event))).sort();
  return { live: texts(stored.filter(isNewest)), superseded: texts(stored.filter((event) => !isNewest(event))) };
}

const anyEvents = fc.uniqueArray(
  fc.record({
    key: fc.nat(5),
    main: fc.integer({ min: 1, max: 12 }),
    sub: fc.nat(2),
    valueClass: fc.oneof(fc.nat(3), fc.constant(TOMBSTONE)),
  }),
  { selector: ({ key, main, sub }) => `${key} ${main} ${sub}`, maxLength: 40 },
);

describe("the newest revision of a key is live, the others are superseded", () => {
  test("in whatever order revisions come, with deletions, re-creations and several writes in one revision", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        expect(splitOf(events)).toEqual(splitByModel(events));
      }),
      { numRuns: 2000 },
    );
  });

  test("a live revision that comes again is not counted twice", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const inOrder = [...events].sort((a, b) => a.main - b.main || a.sub - b.sub);
        const newest = [...new Map(inOrder.map((event) => [event.key, event])).values()];
        expect(splitOf([...inOrder, ...newest, ...newest])).toEqual(splitByModel(events));
      }),
    );
  });

  test("without details lease and size are 0, and the rest is the same", () => {
    const events = [
      { key: 0, main: 2, sub: 0, valueClass: 1 },
      { key: 0, main: 3, sub: 0, valueClass: 2 },
    ];
    const { live, superseded } = splitOf(events, false);
    const bare = { leaseHigh: 0, leaseLow: 0, size: 0 };
    expect(live).toEqual([textOf({ ...rowOf(events[1] as Event), ...bare })]);
    expect(superseded).toEqual([textOf({ ...rowOf(events[0] as Event), ...bare })]);
  });

  test("keys with high numbers come without the keys before them", () => {
    const event = { key: 70_000, main: 5, sub: 0, valueClass: 1 };
    expect(splitOf([event])).toEqual(splitByModel([event]));
  });

  test("revisions beyond 32 bits keep their order", () => {
    const events = [2 ** 40 + 1, 2 ** 40, 2 ** 53 - 1].map((main) => ({ key: 0, main, sub: 0, valueClass: 1 }));
    expect(splitOf(events)).toEqual(splitByModel(events));
  });
});
