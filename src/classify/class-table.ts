import { createHash } from "node:crypto";
import type { Standing } from "../model/standing.ts";
import type { Encoding, Malformation, Provider, State, ValueClass } from "../model/value-class.ts";
import type { KekVersion } from "./prefix.ts";

/** Headers of unknown wrapped DEKs that are watched for being constant, for one key. */
const MOST_HEADERS = 1024;
/** Distinct classes, watched headers among them. Values beyond them (hostile data) share the class without a name. */
const MOST_CLASSES = 10_000;
const FINGERPRINT_LENGTH = 12;

/** What makes a class, before it is known which headers of wrapped DEKs are constant. */
export interface ClassParts {
  readonly state: State;
  readonly provider: Provider | null;
  readonly keyName: string | null;
  readonly keyId: string | null;
  readonly kekVersion: KekVersion | null;
  readonly encoding: Encoding | null;
  readonly malformation: Malformation | null;
}

/** A header of wrapped DEKs: constant as soon as a second wrapped DEK has it. */
interface WatchedHeader {
  /** undefined once the header is known to be constant. */
  firstDek: Uint8Array | undefined;
}

interface ClassEntry {
  readonly valueClass: ValueClass;
  /** The class without the header's fingerprint, which holds when the header turns out not to be constant. */
  readonly headless: number;
  readonly header: WatchedHeader | undefined;
  /** Of a class with a standing: the number of the class itself. */
  readonly unjudged?: number;
  readonly standing?: Standing;
  readonly repeatsNonce?: true;
}

/**
 * Numbers for the distinct classes of values. A class that names a remote key by the header of its wrapped DEK is
 * tentative: the header tells a key only when different wrapped DEKs share it, and that is known at the end.
 */
export class ClassTable {
  private readonly entries: ClassEntry[] = [];
  private readonly idOf = new Map<string, number>();
  private readonly headersOf = new Map<number, number>();
  private readonly repeatingIds = new Map<number, number>();
  private readonly judgedIds = new Map<Standing, Map<number, number>>();

  /** Distinct numbers handed out. */
  get size(): number {
    return this.entries.length;
  }

  /** The number of a class; the same parts give the same number. */
  intern(parts: ClassParts): number {
    const headless = this.internHeadless(parts);
    return parts.kekVersion?.kind === "header" ? this.internHeader(parts.kekVersion, headless) : headless;
  }

  /** The number of a class together with what the keys in force make of some of its values. */
  judged(id: number, standing: Standing): number {
    let ids = this.judgedIds.get(standing);
    if (ids === undefined) {
      ids = new Map();
      this.judgedIds.set(standing, ids);
    }
    let judged = ids.get(id);
    if (judged === undefined) {
      judged = this.entries.push({ ...this.entryOf(id), unjudged: id, standing }) - 1;
      ids.set(id, judged);
    }
    return judged;
  }

  /** The number of a class, with its standing, for values that share their nonce with another ciphertext. */
  withRepeatedNonce(id: number): number {
    if (this.repeatsNonce(id)) return id;
    let repeating = this.repeatingIds.get(id);
    if (repeating === undefined) {
      const entry = { ...this.entryOf(id), unjudged: this.unjudged(id), repeatsNonce: true } as const;
      repeating = this.entries.push(entry) - 1;
      this.repeatingIds.set(id, repeating);
    }
    return repeating;
  }

  /** Whether values of this number share their nonce with another ciphertext under their key. */
  repeatsNonce(id: number): boolean {
    return this.entryOf(id).repeatsNonce ?? false;
  }

  /** The number of the class alone. */
  unjudged(id: number): number {
    return this.entries[id]?.unjudged ?? id;
  }

  /** What the keys in force make of the values of this number; null where no configuration was asked. */
  standing(id: number): Standing | null {
    return this.entryOf(id).standing ?? null;
  }

  /** The number that stands for `id`, without its standing, once all values are seen. */
  settled(id: number): number {
    const unjudged = this.unjudged(id);
    const entry = this.entries[unjudged];
    return entry?.header?.firstDek === undefined ? unjudged : entry.headless;
  }

  /**
   * The class of a settled number: always the same object.
   * @throws RangeError on a number that was never handed out
   */
  valueClass(id: number): ValueClass {
    return this.entryOf(id).valueClass;
  }

  private entryOf(id: number): ClassEntry {
    const entry = this.entries[id];
    if (entry === undefined) throw new RangeError(`no class has the number ${id}`);
    return entry;
  }

  private internHeadless(parts: ClassParts): number {
    const { state, provider, keyName, keyId, encoding, malformation } = parts;
    const kekVersion = parts.kekVersion?.kind === "named" ? parts.kekVersion.version : null;
    const text = JSON.stringify([state, provider, keyName, keyId, kekVersion, encoding, malformation]);
    const known = this.idOf.get(text);
    if (known !== undefined) return known;
    if (this.entries.length >= MOST_CLASSES && keyName !== null)
      return this.internHeadless({ ...parts, keyName: null, keyId: null, kekVersion: null });
    const valueClass = { state, provider, keyName, keyId, kekVersion, encoding, malformation };
    return this.add(text, { valueClass, headless: this.entries.length, header: undefined });
  }

  private internHeader(version: Extract<KekVersion, { kind: "header" }>, headless: number): number {
    const text = `${headless}:${version.header}`;
    const known = this.idOf.get(text);
    if (known !== undefined) {
      const header = this.entries[known]?.header;
      const isOther = header?.firstDek !== undefined && Buffer.compare(header.firstDek, version.wrappedDek) !== 0;
      if (isOther) header.firstDek = undefined;
      return known;
    }
    const watched = this.headersOf.get(headless) ?? 0;
    if (watched >= MOST_HEADERS || this.entries.length >= MOST_CLASSES) return headless;
    this.headersOf.set(headless, watched + 1);
    const valueClass = { ...this.valueClass(headless), kekVersion: fingerprintOf(version.header) };
    return this.add(text, { valueClass, headless, header: { firstDek: new Uint8Array(version.wrappedDek) } });
  }

  private add(text: string, entry: ClassEntry): number {
    const id = this.entries.length;
    this.entries.push(entry);
    this.idOf.set(text, id);
    return id;
  }
}

function fingerprintOf(header: string): string {
  return `header:${createHash("sha256").update(header, "latin1").digest("hex").slice(0, FINGERPRINT_LENGTH)}`;
}
