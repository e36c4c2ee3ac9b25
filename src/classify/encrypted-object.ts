import protobuf from "protobufjs/minimal.js";
import type { Annotation } from "./kek-version.ts";

/** Field tags of EncryptedObject (apiserver encrypt/envelope/kmsv2/v2/api.proto): number << 3 | wire type. */
export const ENCRYPTED_DATA_TAG = (1 << 3) | 2;
const KEY_ID_TAG = (2 << 3) | 2;
const DEK_SOURCE_TAG = (3 << 3) | 2;
const ANNOTATION_TAG = (4 << 3) | 2;
const DEK_SOURCE_TYPE_TAG = (5 << 3) | 0;
const MAP_KEY_TAG = (1 << 3) | 2;
const MAP_VALUE_TAG = (2 << 3) | 2;

/** EncryptedDEKSourceType: the unwrapped source is the data key itself, or a seed for one key a value. */
const AES_GCM_KEY = 0;
export const HKDF_SEED = 1;

/** Bounds of ValidateEncryptedObject (kmsv2/envelope.go), in bytes. */
const LONGEST_KEY_ID = 1024;
const LONGEST_DEK_SOURCE = 1024;
const LONGEST_ANNOTATIONS = 32 * 1024;
/** A fully qualified domain name of two labels or more (apimachinery validation.IsFullyQualifiedDomainName). */
const DOMAIN_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a KMS v2 provider stores. Byte arrays are views into the value. */
export interface EncryptedObject {
  /** encryptedData: where it begins in the message, and its length in bytes. */
  readonly dataOffset: number;
  readonly dataLength: number;
  readonly keyId: string;
  readonly dekSource: Uint8Array;
  readonly dekSourceType: number;
  readonly annotations: readonly Annotation[];
}

/**
 * Reads the fields as proto3 has it: in any order, unknown ones passed over, the last one counts.
 * @throws RangeError, TypeError or Error on bytes that are no such message
 */
export function readEncryptedObject(bytes: Uint8Array): EncryptedObject {
  const reader = protobuf.Reader.create(bytes);
  let dataOffset = 0;
  let dataLength = 0;
  let keyId = "";
  let dekSource: Uint8Array = new Uint8Array(0);
  let dekSourceType = AES_GCM_KEY;
  const annotations = new Map<string, Uint8Array>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    switch (tag) {
      case ENCRYPTED_DATA_TAG:
        dataLength = reader.uint32();
        dataOffset = reader.pos;
        reader.skip(dataLength);
        break;
      case KEY_ID_TAG:
        keyId = UTF8.decode(reader.bytes());
        break;
      case DEK_SOURCE_TAG:
        dekSource = reader.bytes();
        break;
      case ANNOTATION_TAG:
        readAnnotation(reader, annotations);
        break;
      case DEK_SOURCE_TYPE_TAG:
        dekSourceType = reader.uint32();
        break;
      default:
        skipUnknown(reader, tag);
    }
  }
  return { dataOffset, dataLength, keyId, dekSource, dekSourceType, annotations: [...annotations] };
}

/** The object in these bytes; undefined where the API server's validation refuses it, or they are no such message. */
export function soundEncryptedObject(bytes: Uint8Array): EncryptedObject | undefined {
  try {
    const object = readEncryptedObject(bytes);
    return isSoundObject(object) ? object : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the API server would go on to decrypt the object: the rules of ValidateEncryptedObject. */
export function isSoundObject(object: EncryptedObject): boolean {
  const { dataLength, keyId, dekSourceType, annotations } = object;
  return (
    dataLength > 0 &&
    within(Buffer.byteLength(keyId), LONGEST_KEY_ID) &&
    hasSoundDekSource(object) &&
    (dekSourceType === AES_GCM_KEY || dekSourceType === HKDF_SEED) &&
    areSoundAnnotations(annotations)
  );
}

/** The rule for the wrapped DEK: without one the key ID names a key that wrapped nothing. */
export function hasSoundDekSource({ dekSource }: EncryptedObject): boolean {
  return within(dekSource.length, LONGEST_DEK_SOURCE);
}

function skipUnknown(reader: protobuf.Reader, tag: number): void {
  if (tag >>> 3 === 0) throw new RangeError("a field of number 0");
  reader.skipType(tag & 7);
}

function readAnnotation(reader: protobuf.Reader, annotations: Map<string, Uint8Array>): void {
  const end = reader.uint32() + reader.pos;
  let key = "";
  let value: Uint8Array = new Uint8Array(0);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === MAP_KEY_TAG) key = UTF8.decode(reader.bytes());
    else if (tag === MAP_VALUE_TAG) value = reader.bytes();
    else skipUnknown(reader, tag);
  }
  if (reader.pos !== end) throw new RangeError("an annotation that runs over its end");
  annotations.set(key, value);
}

function within(length: number, longest: number): boolean {
  return length > 0 && length <= longest;
}

function areSoundAnnotations(annotations: readonly Annotation[]): boolean {
  let total = 0;
  for (const [key, value] of annotations) {
    if (!DOMAIN_NAME.test(key)) return false;
    total += Buffer.byteLength(key) + value.length;
  }
  return total <= LONGEST_ANNOTATIONS;
}
