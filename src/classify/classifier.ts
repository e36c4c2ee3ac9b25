import type { Encoding } from "../model/value-class.ts";
import { ClassTable } from "./class-table.ts";
import { plaintextEncoding } from "./plaintext-encoding.ts";
import { ENCRYPTED_PREFIX, type EncryptedProvider } from "./prefix.ts";
import { ENCRYPTED_PROVIDERS } from "./providers.ts";

/** Longer names are shortened: nobody configures one, and hostile data could fill memory with them. */
const LONGEST_NAME = 1024;
const SHORTENED_NAME = 64;

/**
 * Tells of each value how it is protected, by its bytes alone and without a key, as the API server's transformers
 * would tell it (apiserver pkg/storage/value/transformer.go). Never throws, whatever the bytes: what no Kubernetes
 * transformer claims is plaintext.
 */
export class Classifier {
  readonly classes = new ClassTable();
  private readonly plaintextIds = new Map<Encoding, number>();
  private readonly readers = ENCRYPTED_PROVIDERS.map((provider) => new ProviderReader(provider, this.classes));
  private unknownId: number | undefined;

  /** The number of the class of one value, to be settled when all are seen. */
  classify(bytes: Uint8Array, offset: number, length: number): number {
    if (!hasPrefix(bytes, offset, length, ENCRYPTED_PREFIX))
      return this.plaintext(plaintextEncoding(bytes, offset, length));
    for (const reader of this.readers) {
      if (hasPrefix(bytes, offset, length, reader.provider.prefix)) return reader.read(bytes, offset, offset + length);
    }
    this.unknownId ??= this.classes.intern({ ...NOTHING_KNOWN, state: "unknown" });
    return this.unknownId;
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

const NOTHING_KNOWN = {
  provider: null,
  keyName: null,
  keyId: null,
  kekVersion: null,
  encoding: null,
  malformation: null,
};

/** Reads the values of one provider; remembers the last name, since nearly all values share it. */
class ProviderReader {
  readonly provider: EncryptedProvider;
  private readonly classes: ClassTable;
  private lastName = new Uint8Array(0);
  private lastSoundId = -1;

  constructor(provider: EncryptedProvider, classes: ClassTable) {
    this.provider = provider;
    this.classes = classes;
  }

  read(bytes: Uint8Array, offset: number, end: number): number {
    const { provider } = this;
    const nameOffset = offset + provider.prefix.length;
    const nameEnd = provider.nameEnd(bytes, nameOffset, end);
    if (nameEnd === -1) return this.intern(null, "no-key-name-end");
    if (nameEnd === nameOffset) return this.intern(null, "empty-key-name");
    const body = provider.readBody(bytes, nameEnd + 1, end);
    const isPlainSound = body.malformation === null && body.keyId === null && body.kekVersion === null;
    if (isPlainSound && this.isLastName(bytes, nameOffset, nameEnd)) return this.lastSoundId;
    const keyName = nameText(bytes.subarray(nameOffset, nameEnd));
    const state = body.malformation === null ? "encrypted" : "malformed";
    const id = this.classes.intern({ state, provider: provider.provider, keyName, encoding: null, ...body });
    if (isPlainSound) {
      this.lastName = bytes.slice(nameOffset, nameEnd);
      this.lastSoundId = id;
    }
    return id;
  }

  private intern(keyName: null, malformation: "no-key-name-end" | "empty-key-name"): number {
    const { provider } = this.provider;
    return this.classes.intern({ ...NOTHING_KNOWN, state: "malformed", provider, keyName, malformation });
  }

  private isLastName(bytes: Uint8Array, offset: number, end: number): boolean {
    const { lastName } = this;
    return end - offset === lastName.length && hasPrefix(bytes, offset, end - offset, lastName);
  }
}

function nameText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  return text.length <= LONGEST_NAME ? text : `${text.slice(0, SHORTENED_NAME)}… (${bytes.length} bytes)`;
}

function hasPrefix(bytes: Uint8Array, offset: number, length: number, prefix: Uint8Array): boolean {
  if (length < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) if (bytes[offset + index] !== prefix[index]) return false;
  return true;
}
