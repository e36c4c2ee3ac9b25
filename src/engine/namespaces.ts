import type { Engine } from "./engine.ts";

/** Layout of a table, its entries and counts by state (assembly/key-table.ts, assembly/namespaces.ts), in words. */
const ENTRIES = 2;
const ENTRY_WORDS = 4;
const COUNT_WORDS = 4;

/** Live values by the number of their state. */
type CountsByState = Uint32Array;

/** Live values of audited resources by namespace, as the engine has counted them in bounded space. */
export class Namespaces {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** The bytes of the names that are told apart, and the counts of each. */
  named(): readonly { readonly name: Uint8Array; readonly counts: CountsByState }[] {
    const { bytes, words, exports } = this.engine;
    const list = (words[(exports.namespaces.value >>> 2) + ENTRIES] as number) >>> 2;
    const entries = (words[list] as number) >>> 2;
    const counts = (words[exports.namespaceCounts.value >>> 2] as number) >>> 2;
    return Array.from({ length: words[list + 1] as number }, (_, namespace) => {
      const entry = entries + namespace * ENTRY_WORDS;
      const address = words[entry] as number;
      return {
        name: bytes.slice(address, address + (words[entry + 1] as number)),
        counts: this.countsAt(counts + namespace * COUNT_WORDS),
      };
    });
  }

  /** The counts of what has no namespace. */
  unnamed(): CountsByState {
    return this.countsAt(this.engine.exports.unnamedCounts.value >>> 2);
  }

  /** The counts of all namespaces that are too many to be told apart. */
  further(): CountsByState {
    return this.countsAt(this.engine.exports.furtherCounts.value >>> 2);
  }

  private countsAt(word: number): CountsByState {
    return this.engine.words.slice(word, word + COUNT_WORDS);
  }
}
