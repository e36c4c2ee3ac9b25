import { createHash } from "node:crypto";
import type { Encoding, Malformation, Provider, State, ValueClass } from "../model/value-class.ts";
import type { KekVersion } from "./prefix.ts";

/** Headers of unknown wrapped DEKs that are watched for being constant, for one key. */
const MOST_HEADERS = 1024;
/** Distinct classes; a value beyond them (hostile data) shares one class with a shortened name. */
const MOST_CLASSES = 100_000;
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

interface HeaderSeen {
  readonly firstDek: string;
  isConstant: boolean;
}

interface ClassEntry {
  readonly parts: ClassParts;
  /** The class without the header's fingerprint, which holds when the header turns out not to be constant. */
  readonly headless: number;
  readonly header: HeaderSeen | undefined;
}

/**
 * Numbers for the distinct classes of values. A class that names a remote key by the header of its wrapped DEK is
 * tentative: the header tells a key only when different wrapped DEKs share it, and that is known at the end.
 */
export class ClassTable {
  private readonly entries: ClassEntry[] = [];
  private readonly idOf = new Map<string, number>();
  private readonly headersOf = new Map<number, number>();

  /** Distinct numbers handed out. */
  get size(): number {
    return this.entries.length;
  }

  /** The number of a class; the same parts give the same number. */
  intern(parts: ClassParts): number {
    const headless = this.internHeadless(parts);
    return parts.kekVersion?.kind === "header" ? this.internHeader(parts, parts.kekVersion, headless) : headless;
  }

  /** The number that stands for `id` once all values are seen. */
  settled(id: number): number {
    const entry = this.entries[id];
    if (entry?.header === undefined) return id;
    return entry.header.isConstant ? id : entry.headless;
  }

  /** The class of a settled number. */
  valueClass(id: number): ValueClass {
    const entry = this.entries[id];
    if (entry === undefined) throw new RangeError(`no class has the number ${id}`);
    const { kekVersion, ...parts } = entry.parts;
    return { ...parts, kekVersion: versionText(kekVersion) };
  }

  private internHeadless(parts: ClassParts): number {
    const named = parts.kekVersion?.kind === "named" ? parts.kekVersion : null;
    const { state, provider, keyName, keyId, encoding, malformation } = parts;
    const text = JSON.stringify([state, provider, keyName, keyId, named?.version, encoding, malformation]);
    const known = this.idOf.get(text);
    if (known !== undefined) return known;
    if (this.entries.length >= MOST_CLASSES && keyName !== null)
      return this.intern({ ...parts, keyName: null, keyId: null, kekVersion: null });
    return this.add(text, { parts: { ...parts, kekVersion: named }, headless: this.entries.length, header: undefined });
  }

  private internHeader(parts: ClassParts, version: Extract<KekVersion, { kind: "header" }>, headless: number): number {
    const text = `${headless}:${version.header}`;
    const dek = Buffer.from(version.wrappedDek).toString("latin1");
    const known = this.idOf.get(text);
    if (known !== undefined) {
      const header = this.entries[known]?.header;
      if (header !== undefined && header.firstDek !== dek) header.isConstant = true;
      return known;
    }
    const seen = this.headersOf.get(headless) ?? 0;
    if (seen >= MOST_HEADERS) return headless;
    this.headersOf.set(headless, seen + 1);
    return this.add(text, { parts, headless, header: { firstDek: dek, isConstant: false } });
  }

  private add(text: string, entry: ClassEntry): number {
    const id = this.entries.length;
    this.entries.push(entry);
    this.idOf.set(text, id);
    return id;
  }
}

function versionText(version: KekVersion | null): string | null {
  if (version === null) return null;
  switch (version.kind) {
    case "named":
      return version.version;
    case "header":
      return `header:${createHash("sha256").update(version.header, "latin1").digest("hex").slice(0, FINGERPRINT_LENGTH)}`;
  }
}
