import { beginsWith } from "../bytes/begins-with.ts";
import type { Encoding } from "../model/value-class.ts";
import { ClassMemory, NOT_REMEMBERED } from "./class-memory.ts";
import { ClassTable } from "./class-table.ts";
import { plaintextEncoding } from "./plaintext-encoding.ts";
import { type Ciphertext, ENCRYPTED_PREFIX, type EncryptedProvider } from "./prefix.ts";
import { ENCRYPTED_PROVIDERS, type EncryptingProvider } from "./providers.ts";
import { shortened } from "./shortened.ts";

const NOTHING_KNOWN = {
  provider: null,
  keyName: null,
  keyId: null,
  kekVersion: null,
  encoding: null,
  malformation: null,
};

/** Key names that are known to be configured, by provider; the longest first. */
export type KnownNames = Readonly<Partial<Record<EncryptingProvider, readonly string[]>>>;

/**
 * Tells of each value how it is protected, by its bytes alone and without a key, as the API server's transformers
 * would tell it (apiserver pkg/storage/value/transformer.go). Never throws, whatever the bytes: what no Kubernetes
 * transformer claims is plaintext.
 */
export class Classifier {
  readonly classes = new ClassTable();
  private readonly plaintextIds = new Map<Encoding, number>();
  private readonly readers: readonly ProviderReader[];
  private unknownId: number | undefined;
  /** Of the value that was classified last: where its nonce stands; null of one whose nonce is no matter. */
  lastCiphertext: Ciphertext | null = null;

  /** @param names a name may hold a colon: of these the longest that fits is meant */
  constructor(names: KnownNames = {}) {
    this.readers = ENCRYPTED_PROVIDERS.map(
      (provider) => new ProviderReader(provider, names[provider.provider] ?? [], this.classes),
    );
  }

  /** The number of the class of one value, to be settled when all are seen. */
  classify(bytes: Uint8Array, offset: number, length: number): number {
    this.lastCiphertext = null;
    if (!beginsWith(bytes, offset, offset + length, ENCRYPTED_PREFIX))
      return this.plaintext(plaintextEncoding(bytes, offset, length));
    for (const reader of this.readers) {
      if (!beginsWith(bytes, offset, offset + length, reader.provider.prefix)) continue;
      const id = reader.read(bytes, offset, offset + length);
      this.lastCiphertext = reader.lastCiphertext;
      return id;
    }
    this.unknownId ??= this.classes.intern({ ...NOTHING_KNOWN, state: "unknown" });
    return this.unknownId;
  }

  /**
   * The number of the class of a value whose end is missing; undefined when what is left is ciphertext, of which no
   * form can be told, or so short that it may be.
   */
  classifyCut(bytes: Uint8Array, offset: number, length: number): number | undefined {
    const begun = ENCRYPTED_PREFIX.subarray(0, length);
    return beginsWith(bytes, offset, offset + length, begun) ? undefined : this.classify(bytes, offset, length);
  }

  private plaintext(encoding: Encoding): number {
    let id = this.plaintextIds.get(encoding);
    if (id === undefined) {
      id = this.classes.intern({ ...NOTHING_KNOWN, state: "plaintext", provider: "identity", encoding });
      this.plaintextIds.set(encoding, id);
    }
    return id;
  }
}

/** Reads the values of one provider. */
class ProviderReader {
  readonly provider: EncryptedProvider;
  private readonly classes: ClassTable;
  private readonly memory = new ClassMemory();
  private readonly idOfForm = new Map<number, number>();
  lastCiphertext: Ciphertext | null = null;
  /** Each with its colon. */
  private readonly names: readonly Uint8Array[];

  constructor(provider: EncryptedProvider, names: readonly string[], classes: ClassTable) {
    this.provider = provider;
    this.names = names.map((name) => Buffer.from(`${name}:`, "utf8"));
    this.classes = classes;
  }

  /** The number of the class of the value from `offset` to `end`. */
  read(bytes: Uint8Array, offset: number, end: number): number {
    const { provider, memory } = this;
    const nameOffset = offset + provider.prefix.length;
    this.lastCiphertext = null;
    const nameEnd = this.nameEnd(bytes, nameOffset, end);
    if (nameEnd === -1) return this.nameless("no-key-name-end");
    if (nameEnd === nameOffset) return this.nameless("empty-key-name");
    const markOffset = provider.markOffset(bytes, nameEnd + 1, end);
    const form = markOffset === -1 ? NOT_REMEMBERED : memory.formOf(bytes, nameOffset, nameEnd, markOffset, end);
    if (form === NOT_REMEMBERED) return this.readWhole(bytes, nameOffset, nameEnd, end);
    let id = this.idOfForm.get(form);
    if (id === undefined) {
      id = this.readWhole(bytes, nameOffset, nameEnd, end);
      this.idOfForm.set(form, id);
    }
    if (this.classes.valueClass(id).state === "encrypted") this.lastCiphertext = provider.ciphertext(nameEnd + 1, end);
    return id;
  }

  /** The offset of the colon after the name, or -1. */
  private nameEnd(bytes: Uint8Array, nameOffset: number, end: number): number {
    const name = this.names.find((known) => beginsWith(bytes, nameOffset, end, known));
    return name === undefined ? this.provider.nameEnd(bytes, nameOffset, end) : nameOffset + name.length - 1;
  }

  private readWhole(bytes: Uint8Array, nameOffset: number, nameEnd: number, end: number): number {
    const { provider } = this.provider;
    const body = this.provider.readBody(bytes, nameEnd + 1, end);
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + nameOffset, nameEnd - nameOffset).toString("utf8");
    const state = body.malformation === null ? "encrypted" : "malformed";
    return this.classes.intern({ state, provider, keyName: shortened(name), encoding: null, ...body });
  }

  private nameless(malformation: "no-key-name-end" | "empty-key-name"): number {
    return this.classes.intern({
      ...NOTHING_KNOWN,
      state: "malformed",
      provider: this.provider.provider,
      malformation,
    });
  }
}
