import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { OUT_OF_SCOPE, type Row, type Rows, TOMBSTONE } from "../../src/engine/rows.ts";
import { Timeline } from "../../src/timeline/timeline.ts";
import { keysWith, rowsWith } from "../engine/made-rows.ts";

/** What a timeline made of some rows: each row it handed on, as a text. */
interface Split {
  readonly live: readonly string[];
  readonly superseded: readonly string[];
}

type Event = Pick<Row, "key" | "main" | "sub" | "valueClass">;

function rowOf(event: Event): Row {
  const { key, main, sub } = event;
  // Every number is told by the revision, so that a row of mixed ones shows.
  const small = (main * 3 + sub) % 1000;
  return { ...event, createRevision: main * 2, version: main + sub, leaseHigh: key, leaseLow: small, size: small * 7 };
}

function textOf(row: Row): string {
  return Object.entries(row).sort().join(" ");
}

/** @param most events that are placed at once */
function splitOf(events: readonly Event[], most = 3): Split {
  const superseded: string[] = [];
  const live: string[] = [];
  const engine = new Engine();
  const noteIn = (texts: string[]) => (rows: Rows) => {
    for (let index = 0; index < rows.count; index++) texts.push(textOf(rows.row(index)));
  };
  const timeline = new Timeline(engine, noteIn(superseded));
  for (let start = 0; start < events.length; start += most)
    timeline.place(rowsWith(engine, events.slice(start, start + most).map(rowOf)));
  timeline.visitLive(noteIn(live));
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

  test("rows out of scope are passed over", () => {
    const events = [
      { key: 1, main: 2, sub: 0, valueClass: 1 },
      { key: OUT_OF_SCOPE + 1, main: 3, sub: 0, valueClass: 2 },
    ];
    expect(splitOf(events)).toEqual(splitByModel(events.slice(0, 1)));
  });

  test("of one folder only its keys are handed on", () => {
    const engine = new Engine();
    const texts = ["/a/1", "/b/1", "/a/2", "/b/2"];
    keysWith(
      engine,
      texts.map((text) => ({ key: Buffer.from(text), folder: text.startsWith("/a") ? 4 : 5 })),
    );
    const timeline = new Timeline(engine, () => undefined);
    timeline.place(
      rowsWith(
        engine,
        texts.map((_, key) => ({ key, main: 2 + key })),
      ),
    );
    const keys: number[] = [];
    timeline.visitLive((rows) => {
      for (let index = 0; index < rows.count; index++) keys.push(rows.key(index));
    }, 5);
    expect(keys).toEqual([1, 3]);
  });

  test("tells the class of the live value of a key, where it has one", () => {
    const engine = new Engine();
    const timeline = new Timeline(engine, () => undefined);
    timeline.place(
      rowsWith(engine, [
        { key: 1, main: 2, valueClass: 7 },
        { key: 2, main: 3, valueClass: TOMBSTONE },
      ]),
    );
    expect([0, 1, 2, 3].map((key) => timeline.liveClass(key))).toEqual([undefined, 7, undefined, undefined]);
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
