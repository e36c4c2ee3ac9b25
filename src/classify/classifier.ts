import { beginsWith } from "../bytes/begins-with.ts";
import type { Encoding } from "../model/value-class.ts";
import { ClassTable } from "./class-table.ts";
import { plaintextEncoding, plaintextHead } from "./plaintext-encoding.ts";
import { ENCRYPTED_PREFIX, type EncryptedProvider } from "./prefix.ts";
import { ENCRYPTED_PROVIDERS, type EncryptingProvider } from "./providers.ts";
import { shortened } from "./shortened.ts";
import { formOfBody, formOfHead, type ValueForm } from "./value-form.ts";

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
  /** Of the value that was classified last: what it looks like, and whether others of its class are told by that. */
  form: ValueForm | null = null;

  /** @param names a name may hold a colon: of these the longest that fits is meant */
  constructor(names: KnownNames = {}) {
    this.readers = ENCRYPTED_PROVIDERS.map(
      (provider) => new ProviderReader(provider, names[provider.provider] ?? [], this.classes),
    );
  }

  /** The number of the class of one value, to be settled when all are seen. */
  classify(bytes: Uint8Array, offset: number, length: number): number {
    this.form = null;
    const end = offset + length;
    if (!beginsWith(bytes, offset, end, ENCRYPTED_PREFIX)) return this.plaintext(bytes, offset, length);
    const reader = this.readers.find((each) => each.isOf(bytes, offset, end));
    if (reader === undefined) {
      this.unknownId ??= this.classes.intern({ ...NOTHING_KNOWN, state: "unknown" });
      return this.unknownId;
    }
    const id = reader.read(bytes, offset, end);
    this.form = reader.form;
    return id;
  }

  /**
   * The number of the class of a value whose end is missing; undefined when what is left is ciphertext, of which no
   * form can be told, or so short that it may be.
   */
  classifyCut(bytes: Uint8Array, offset: number, length: number): number | undefined {
    const begun = ENCRYPTED_PREFIX.subarray(0, length);
    return beginsWith(bytes, offset, offset + length, begun) ? undefined : this.classify(bytes, offset, length);
  }

  private plaintext(bytes: Uint8Array, offset: number, length: number): number {
    const encoding = plaintextEncoding(bytes, offset, length);
    const headLength = plaintextHead(encoding, bytes, offset);
    if (headLength > 0) this.form = formOfHead(headLength, offset + length);
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
  private readonly provider: EncryptedProvider;
  private readonly classes: ClassTable;
  /** Each with its colon. */
  private readonly names: readonly Uint8Array[];
  /** Of the value that was read last. */
  form: ValueForm | null = null;

  constructor(provider: EncryptedProvider, names: readonly string[], classes: ClassTable) {
    this.provider = provider;
    this.names = names.map((name) => Buffer.from(`${name}:`, "utf8"));
    this.classes = classes;
  }

  /** Whether the value has this provider's prefix. */
  isOf(bytes: Uint8Array, offset: number, end: number): boolean {
    return beginsWith(bytes, offset, end, this.provider.prefix);
  }

  /** The number of the class of the value from `offset` to `end`. */
  read(bytes: Uint8Array, offset: number, end: number): number {
    const { provider, prefix, form } = this.provider;
    const nameOffset = offset + prefix.length;
    this.form = null;
    const nameEnd = this.nameEnd(bytes, nameOffset, end);
    if (nameEnd === -1) return this.nameless("no-key-name-end");
    if (nameEnd === nameOffset) return this.nameless("empty-key-name");
    const body = this.provider.readBody(bytes, nameEnd + 1, end);
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + nameOffset, nameEnd - nameOffset).toString("utf8");
    const state = body.malformation === null ? "encrypted" : "malformed";
    if (state === "encrypted" && form !== null) {
      const isWholeName = this.isWholeName(bytes, nameOffset, nameEnd + 1);
      this.form = formOfBody(bytes, offset, nameEnd + 1, end, form, isWholeName);
    }
    return this.classes.intern({ state, provider, keyName: shortened(name), encoding: null, ...body });
  }

  /** The offset of the colon after the name, or -1. */
  private nameEnd(bytes: Uint8Array, nameOffset: number, end: number): number {
    const name = this.names.find((known) => beginsWith(bytes, nameOffset, end, known));
    return name === undefined ? this.provider.nameEnd(bytes, nameOffset, end) : nameOffset + name.length - 1;
  }

  /** Whether a name with its colon is the name whatever follows it: no longer one that is configured begins so. */
  private isWholeName(bytes: Uint8Array, nameOffset: number, end: number): boolean {
    const name = bytes.subarray(nameOffset, end);
    return this.names.every((known) => known.length <= name.length || !beginsWith(known, 0, known.length, name));
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
