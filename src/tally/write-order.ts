import { type Cell, Cells } from "../engine/cells.ts";
import type { Engine } from "../engine/engine.ts";
import type { KeyAlternation } from "../judge/source-check.ts";
import type { KeyIdentity } from "../model/key-reference.ts";
import type { ValueClass } from "../model/value-class.ts";

/** Of keys that came and went again and again the first so many are compared, two by two. */
const MOST_KEYS = 32;

/** What one API server writes as one. */
export interface WrittenResource {
  readonly id: string;
  readonly resource: string;
}

/** A resource by number, and the keys that wrote it by theirs. */
interface Written {
  readonly number: number;
  readonly resource: string;
  readonly keys: Set<number>;
}

/**
 * The pairs of keys between which stored writes of one audited resource went to and fro, most changes first for each
 * resource. The engine keeps which write was made under which key, in memory that has a bound.
 * @param resourceOf a folder's resource, with its prefix
 */
export function alternations(
  engine: Engine,
  resourceOf: (folder: number) => WrittenResource,
  classOf: (valueClass: number) => ValueClass,
): readonly KeyAlternation[] {
  const cells = new Cells(engine);
  const identities: KeyIdentity[] = [];
  const numbers = new Map<string, number>();
  const resources = new Map<string, Written>();
  const writerOf = ({ folder, valueClass, location, isAudited }: Cell) => {
    const { state, provider, keyName, keyId } = classOf(valueClass);
    const isStored = location === "head" || location === "history";
    if (!isAudited || !isStored || (state !== "encrypted" && state !== "plaintext")) return null;
    const text = JSON.stringify([provider, keyName, keyId]);
    const key = numbers.get(text) ?? identities.push({ provider, keyName, keyId }) - 1;
    numbers.set(text, key);
    const { id, resource } = resourceOf(folder);
    const written = resources.get(id) ?? { number: resources.size, resource, keys: new Set() };
    resources.set(id, written);
    written.keys.add(key);
    return { resource: written.number, key };
  };
  for (const cell of cells.all()) cells.setWriter(cell.number, writerOf(cell));
  return [...resources.values()].flatMap(({ number, resource, keys }) => {
    if (keys.size < 2) return [];
    return alternationsOf(engine, number, keys).map(({ keys: [a, b], ...rest }) => {
      return { resource, keys: [identities[a] ?? NO_KEY, identities[b] ?? NO_KEY] as const, ...rest };
    });
  });
}

const NO_KEY: KeyIdentity = { provider: null, keyName: null, keyId: null };

/** A key that never came back went to and fro with none. */
function alternationsOf({ exports }: Engine, resource: number, keys: ReadonlySet<number>) {
  exports.findRuns(resource);
  const cameBack = [...keys].filter((key) => exports.runCount(key) > 1);
  const compared = cameBack.sort((a, b) => exports.firstRun(a) - exports.firstRun(b)).slice(0, MOST_KEYS);
  return compared
    .flatMap((a, index) =>
      compared.slice(index + 1).map((b) => {
        exports.compareRuns(a, b);
        return {
          keys: [a, b] as const,
          changes: exports.changes.value >>> 0,
          firstChange: exports.firstChange.value,
          lastChange: exports.lastChange.value,
        };
      }),
    )
    .sort((a, b) => b.changes - a.changes);
}
