import protobuf from "protobufjs/minimal.js";
import { KMS_V2 } from "../classify/kms-v2.ts";

/** Field numbers of EncryptedObject (apiserver encrypt/envelope/kmsv2/v2/api.proto). */
const ENCRYPTED_DATA = 1;
const KEY_ID = 2;
const DEK_SOURCE = 3;
const ANNOTATIONS = 4;
const DEK_SOURCE_TYPE = 5;
const MAP_KEY = 1;
const MAP_VALUE = 2;

/** How the data key comes out of the unwrapped source: it is the key itself, or a seed for one key a value. */
export type DekSourceType = "key" | "seed";

/** What a KMS v2 provider stores. Byte arrays are views into the value. */
export interface EncryptedObject {
  readonly encryptedData: Uint8Array;
  readonly keyId: string;
  readonly dekSource: Uint8Array;
  readonly dekSourceType: DekSourceType;
  readonly annotations: ReadonlyMap<string, Uint8Array>;
}

/** The object between `offset` and `end`; undefined where the API server's validation refuses it. */
export function readEncryptedObject(bytes: Uint8Array, offset: number, end: number): EncryptedObject | undefined {
  // The classifier validates; what it accepts can be read without a further check.
  if (KMS_V2.readBody(bytes, offset, end).malformation === "not-an-encrypted-object") return undefined;
  const reader = protobuf.Reader.create(bytes.subarray(offset, end));
  let encryptedData = new Uint8Array(0);
  let dekSource = new Uint8Array(0);
  let keyId = "";
  let dekSourceType: DekSourceType = "key";
  const annotations = new Map<string, Uint8Array>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case ENCRYPTED_DATA:
        encryptedData = viewOf(reader);
        break;
      case KEY_ID:
        keyId = reader.string();
        break;
      case DEK_SOURCE:
        dekSource = viewOf(reader);
        break;
      case ANNOTATIONS:
        readAnnotation(viewOf(reader), annotations);
        break;
      case DEK_SOURCE_TYPE:
        dekSourceType = reader.uint32() === 0 ? "key" : "seed";
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return { encryptedData, keyId, dekSource, dekSourceType, annotations };
}

function readAnnotation(entry: Uint8Array, annotations: Map<string, Uint8Array>): void {
  const reader = protobuf.Reader.create(entry);
  let key = "";
  let value = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === MAP_KEY) key = reader.string();
    else if (tag >>> 3 === MAP_VALUE) value = viewOf(reader);
    else reader.skipType(tag & 7);
  }
  annotations.set(key, value);
}

function viewOf(reader: protobuf.Reader): Uint8Array<ArrayBuffer> {
  return reader.bytes() as Uint8Array<ArrayBuffer>;
}
