import type { KeyAlternation } from "../judge/source-check.ts";
import { grown } from "../model/columns.ts";
import type { KeyIdentity } from "../model/key-reference.ts";
import type { ValueClass } from "../model/value-class.ts";

/** Writes that are kept, 12 bytes each: the newest of them where there are more. */
const MOST_WRITES = 2 ** 21;

/** So many revisions for each write, those of other keys among them, and each may have a number of 4 bytes. */
const MOST_GAPS = 2;

/** Consecutive writes under one key, by its number. */
interface Run {
  readonly key: number;
  readonly firstRevision: number;
}

/** In place of a key's number: writes that are no matter. */
const NONE = -1;

/** Of each writer, the number of the resource that it wrote and that of its key; NONE where they are no matter. */
interface Writers {
  readonly resourceOf: Int32Array;
  readonly keyOf: Int32Array;
}

/** Remembers which write was made under which key; in memory that has a bound, whatever the order they come in. */
export class WriteOrder {
  private count = 0;
  private revisions = new Float64Array(0);
  private writers = new Uint32Array(0);
  /** Folder and class of each writer. */
  private readonly known: { readonly folder: number; readonly valueClass: number }[] = [];
  private readonly numbers = new Map<number, Map<number, number>>();
  /** The writer of the last write: the next one mostly is the same. */
  private last = { folder: -1, valueClass: -1, number: -1 };

  /** Takes note of a write to a folder by a class. */
  note(revision: number, folder: number, valueClass: number): void {
    if (this.count === MOST_WRITES) this.dropOlderHalf();
    if (this.count === this.revisions.length) {
      const capacity = Math.max(1024, this.count * 2);
      this.revisions = grown(this.revisions, new Float64Array(capacity));
      this.writers = grown(this.writers, new Uint32Array(capacity));
    }
    this.revisions[this.count] = revision;
    const { last } = this;
    const isLast = last.folder === folder && last.valueClass === valueClass;
    this.writers[this.count] = isLast ? last.number : this.writerNumber(folder, valueClass);
    this.count++;
  }

  /**
   * The pairs of keys between which writes of one resource went to and fro, most changes first for each resource.
   * @param resourceOf a folder's resource, with its prefix: what one API server writes as one
   */
  alternations(
    resourceOf: (folder: number) => { readonly id: string; readonly resource: string },
    classOf: (valueClass: number) => ValueClass,
  ): readonly KeyAlternation[] {
    const writers = this.noWriters();
    const resources = new Map<string, { readonly number: number; resource: string; readonly keys: Set<number> }>();
    const numbers = new Map<string, number>();
    const identities: KeyIdentity[] = [];
    for (const [writer, { folder, valueClass }] of this.known.entries()) {
      const { state, provider, keyName, keyId } = classOf(valueClass);
      if (state !== "encrypted" && state !== "plaintext") continue;
      const key = JSON.stringify([provider, keyName, keyId]);
      const keyNumber = numbers.get(key) ?? identities.push({ provider, keyName, keyId }) - 1;
      numbers.set(key, keyNumber);
      const { id, resource } = resourceOf(folder);
      const written = resources.get(id) ?? { number: resources.size, resource, keys: new Set<number>() };
      resources.set(id, written);
      written.keys.add(keyNumber);
      writers.resourceOf[writer] = written.number;
      writers.keyOf[writer] = keyNumber;
    }
    return [...resources.values()].flatMap(({ number, resource, keys }) => {
      if (keys.size < 2) return [];
      return alternationsOf(this.runs(writers, number)).map(({ keys: [a, b], ...rest }) => {
        return { resource, keys: [identities[a] ?? NO_KEY, identities[b] ?? NO_KEY] as const, ...rest };
      });
    });
  }

  private noWriters(): Writers {
    const none = () => new Int32Array(this.known.length).fill(NONE);
    return { resourceOf: none(), keyOf: none() };
  }

  private runs({ resourceOf, keyOf }: Writers, resource: number): readonly Run[] {
    const order = this.order(resourceOf, resource);
    const runs: Run[] = [];
    let last = NONE;
    for (let at = 0; at < order.length; at++) {
      const index = order[at] as number;
      const key = keyOf[this.writers[index] as number] as number;
      if (key === last) continue;
      last = key;
      runs.push({ key, firstRevision: this.revisions[index] as number });
    }
    return runs;
  }

  /**
   * The numbers of writes in the order of their revisions; of equal ones, in the order in which they came.
   * @param resourceOf of each writer: only writes of the resource of this number are wanted; without it all are
   */
  private order(resourceOf?: Int32Array, resource = NONE): Uint32Array {
    const { revisions, count } = this;
    const wanted = new Uint32Array(count);
    let size = 0;
    let oldest = Number.MAX_SAFE_INTEGER;
    let newest = 0;
    for (let index = 0; index < count; index++) {
      if (resourceOf !== undefined && resourceOf[this.writers[index] as number] !== resource) continue;
      wanted[size++] = index;
      const revision = revisions[index] as number;
      if (revision < oldest) oldest = revision;
      if (revision > newest) newest = revision;
    }
    const order = wanted.subarray(0, size);
    if (size === 0) return order;
    if (newest - oldest < size * MOST_GAPS) return placed(order, revisions, oldest, newest);
    if ((newest + 1) * count > Number.MAX_SAFE_INTEGER)
      return order.sort((a, b) => (revisions[a] as number) - (revisions[b] as number) || a - b);
    // Revision and number in one double: sorted without a function that would be called millions of times.
    const both = Float64Array.from(order, (index) => (revisions[index] as number) * count + index);
    both.sort();
    for (let at = 0; at < size; at++) order[at] = (both[at] as number) % count;
    return order;
  }

  private dropOlderHalf(): void {
    const newest = this.order().subarray(this.count / 2);
    this.revisions.set(Float64Array.from(newest, (index) => this.revisions[index] as number));
    this.writers.set(Uint32Array.from(newest, (index) => this.writers[index] as number));
    this.count = newest.length;
  }

  private writerNumber(folder: number, valueClass: number): number {
    let numbers = this.numbers.get(folder);
    if (numbers === undefined) {
      numbers = new Map();
      this.numbers.set(folder, numbers);
    }
    let number = numbers.get(valueClass);
    if (number === undefined) {
      number = this.known.push({ folder, valueClass }) - 1;
      numbers.set(valueClass, number);
    }
    this.last = { folder, valueClass, number };
    return number;
  }
}

/** Revisions lie so close together that each has a place to be counted in: sorting them takes four times as long and more. */
function placed(numbers: Uint32Array, revisions: Float64Array, oldest: number, newest: number): Uint32Array {
  const ends = new Uint32Array(newest - oldest + 2);
  for (let index = 0; index < numbers.length; index++) {
    const place = (revisions[numbers[index] as number] as number) - oldest + 1;
    ends[place] = (ends[place] as number) + 1;
  }
  for (let place = 1; place < ends.length; place++) ends[place] = (ends[place] as number) + (ends[place - 1] as number);
  const order = new Uint32Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] as number;
    const place = (revisions[number] as number) - oldest;
    const at = ends[place] as number;
    ends[place] = at + 1;
    order[at] = number;
  }
  return order;
}

const NO_KEY: KeyIdentity = { provider: null, keyName: null, keyId: null };
/** Of keys that came and went again and again the first so many are compared, two by two. */
const MOST_KEYS = 32;

/** A key that never came back went to and fro with none. */
function alternationsOf(runs: readonly Run[]) {
  const counts = new Map<number, number>();
  for (const { key } of runs) counts.set(key, (counts.get(key) ?? 0) + 1);
  const keys = [...counts].filter(([, count]) => count > 1).map(([key]) => key);
  const compared = keys.slice(0, MOST_KEYS);
  return compared
    .flatMap((a, index) => compared.slice(index + 1).map((b) => alternationOf(runs, a, b)))
    .sort((a, b) => b.changes - a.changes);
}

function alternationOf(runs: readonly Run[], a: number, b: number) {
  const ofBoth = runs.filter(({ key }) => key === a || key === b);
  const changes = ofBoth.filter(({ key }, index) => index > 0 && ofBoth[index - 1]?.key !== key);
  return {
    keys: [a, b] as const,
    changes: changes.length,
    firstChange: changes[0]?.firstRevision ?? 0,
    lastChange: changes[changes.length - 1]?.firstRevision ?? 0,
  };
}
