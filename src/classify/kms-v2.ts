import protobuf from "protobufjs/minimal.js";
import { type Annotation, kekVersionOf } from "./kek-version.ts";
import { SHORTEST_GCM } from "./local-providers.ts";
import { type EncryptedProvider, firstColon, malformedBody } from "./prefix.ts";

/** Field tags of EncryptedObject (apiserver encrypt/envelope/kmsv2/v2/api.proto): number << 3 | wire type. */
const ENCRYPTED_DATA_TAG = (1 << 3) | 2;
const KEY_ID_TAG = (2 << 3) | 2;
const DEK_SOURCE_TAG = (3 << 3) | 2;
const ANNOTATION_TAG = (4 << 3) | 2;
const DEK_SOURCE_TYPE_TAG = (5 << 3) | 0;
const MAP_KEY_TAG = (1 << 3) | 2;
const MAP_VALUE_TAG = (2 << 3) | 2;

/** EncryptedDEKSourceType. */
const AES_GCM_KEY = 0;
const HKDF_SEED = 1;
/** With a seed, 32 bytes of info stand before nonce, ciphertext and tag. */
const SHORTEST_WITH_SEED = 60;

/** Bounds of ValidateEncryptedObject (kmsv2/envelope.go). */
const LONGEST_KEY_ID = 1024;
const LONGEST_DEK_SOURCE = 1024;
const LONGEST_ANNOTATIONS = 32 * 1024;
/** A fully qualified domain name of two labels or more (apimachinery validation.IsFullyQualifiedDomainName). */
const DOMAIN_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** KMS v2: a protobuf EncryptedObject. */
export const KMS_V2: EncryptedProvider = {
  provider: "kms-v2",
  prefix: Buffer.from("k8s:enc:kms:v2:", "latin1"),
  nameEnd: firstColon,
  readBody(bytes, offset, end) {
    let object: EncryptedObject | undefined;
    try {
      object = readEncryptedObject(bytes.subarray(offset, end));
    } catch {
      return malformedBody("not-an-encrypted-object");
    }
    if (object === undefined) return malformedBody("not-an-encrypted-object");
    const shortest = object.dekSourceType === HKDF_SEED ? SHORTEST_WITH_SEED : SHORTEST_GCM;
    if (object.dataLength < shortest) return malformedBody("body-too-short");
    return { malformation: null, keyId: object.keyId, kekVersion: kekVersionOf(object.dekSource, object.annotations) };
  },
};

interface EncryptedObject {
  readonly dataLength: number;
  readonly keyId: string;
  readonly dekSource: Uint8Array;
  readonly dekSourceType: number;
  readonly annotations: readonly Annotation[];
}

/**
 * Reads and validates as the API server does: fields in any order, unknown ones passed over, the last one counts.
 * @returns undefined when a rule is broken
 * @throws RangeError, TypeError or Error on bytes that are no protobuf message
 */
function readEncryptedObject(bytes: Uint8Array): EncryptedObject | undefined {
  const reader = protobuf.Reader.create(bytes);
  let dataLength = 0;
  let keyId = "";
  let dekSource: Uint8Array = new Uint8Array(0);
  let dekSourceType = AES_GCM_KEY;
  const annotations = new Map<string, Uint8Array>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    switch (tag) {
      case ENCRYPTED_DATA_TAG:
        dataLength = skipBytes(reader);
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
        if (tag >>> 3 === 0) return undefined;
        reader.skipType(tag & 7);
    }
  }
  const isSound =
    reader.pos === reader.len &&
    dataLength > 0 &&
    within(Buffer.byteLength(keyId), LONGEST_KEY_ID) &&
    within(dekSource.length, LONGEST_DEK_SOURCE) &&
    (dekSourceType === AES_GCM_KEY || dekSourceType === HKDF_SEED) &&
    areSoundAnnotations(annotations);
  return isSound ? { dataLength, keyId, dekSource, dekSourceType, annotations: [...annotations] } : undefined;
}

function skipBytes(reader: protobuf.Reader): number {
  const length = reader.uint32();
  reader.skip(length);
  return length;
}

function readAnnotation(reader: protobuf.Reader, annotations: Map<string, Uint8Array>): void {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError("an annotation that runs over the message's end");
  let key = "";
  let value: Uint8Array = new Uint8Array(0);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === MAP_KEY_TAG) key = UTF8.decode(reader.bytes());
    else if (tag === MAP_VALUE_TAG) value = reader.bytes();
    else reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new RangeError("an annotation that runs over its end");
  annotations.set(key, value);
}

function within(length: number, longest: number): boolean {
  return length > 0 && length <= longest;
}

function areSoundAnnotations(annotations: ReadonlyMap<string, Uint8Array>): boolean {
  let total = 0;
  for (const [key, value] of annotations) {
    if (!DOMAIN_NAME.test(key)) return false;
    total += Buffer.byteLength(key) + value.length;
  }
  return total <= LONGEST_ANNOTATIONS;
}
