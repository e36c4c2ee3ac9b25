import {
  ENCRYPTED_DATA_TAG,
  type EncryptedObject,
  HKDF_SEED,
  hasSoundDekSource,
  isSoundObject,
  readEncryptedObject,
} from "./encrypted-object.ts";
import { kekVersionOf } from "./kek-version.ts";
import { SHORTEST_GCM } from "./local-providers.ts";
import { type BodyReading, type EncryptedProvider, firstColon, malformedBody } from "./prefix.ts";
import { shortened } from "./shortened.ts";

/** With a seed, 32 bytes of info stand before nonce, ciphertext and tag. */
const SHORTEST_WITH_SEED = 60;
/** Bits of a varint that are read without doubt as to their sign. */
const VARINT_BITS = 28;

/** KMS v2: a protobuf EncryptedObject (apiserver encrypt/envelope/kmsv2/envelope.go). */
export const KMS_V2: EncryptedProvider = {
  provider: "kms-v2",
  prefix: Buffer.from("k8s:enc:kms:v2:", "latin1"),
  nameEnd: firstColon,
  markOffset: dataEnd,
  ciphertext: () => null,
  readBody(bytes, offset, end) {
    try {
      return readingOf(readEncryptedObject(bytes.subarray(offset, end)));
    } catch {
      return malformedBody("not-an-encrypted-object");
    }
  },
};

/**
 * The API server writes encryptedData first. What follows it, key ID and wrapped DEK, is the same in all values of a
 * server process until the key changes; of the data itself nothing counts but that it is long enough.
 */
function dataEnd(bytes: Uint8Array, offset: number, end: number): number {
  if (end - offset < SHORTEST_WITH_SEED || bytes[offset] !== ENCRYPTED_DATA_TAG) return -1;
  let length = 0;
  let index = offset + 1;
  for (let shift = 0; shift < VARINT_BITS; shift += 7) {
    const byte = bytes[index++] as number;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) return length >= SHORTEST_WITH_SEED && length <= end - index ? index + length : -1;
  }
  return -1;
}

function readingOf(object: EncryptedObject): BodyReading {
  const keyId = object.keyId !== "" && hasSoundDekSource(object) ? shortened(object.keyId) : null;
  if (!isSoundObject(object)) return malformedBody("not-an-encrypted-object", keyId);
  const shortest = object.dekSourceType === HKDF_SEED ? SHORTEST_WITH_SEED : SHORTEST_GCM;
  if (object.dataLength < shortest) return malformedBody("body-too-short", keyId);
  return { malformation: null, keyId, kekVersion: kekVersionOf(object.dekSource, object.annotations) };
}
