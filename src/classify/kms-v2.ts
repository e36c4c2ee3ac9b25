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

/** KMS v2: a protobuf EncryptedObject (apiserver encrypt/envelope/kmsv2/envelope.go). */
export const KMS_V2: EncryptedProvider = {
  provider: "kms-v2",
  prefix: Buffer.from("k8s:enc:kms:v2:", "latin1"),
  nameEnd: firstColon,
  // The API server writes encryptedData first. What follows it, key ID and wrapped DEK, is the same in all values of a
  // server process until the key changes; of the data itself nothing counts but that it is long enough.
  form: {
    shortest: SHORTEST_WITH_SEED,
    multiple: 1,
    nonce: null,
    data: { tag: ENCRYPTED_DATA_TAG, shortest: SHORTEST_WITH_SEED },
  },
  readBody(bytes, offset, end) {
    try {
      return readingOf(readEncryptedObject(bytes.subarray(offset, end)));
    } catch {
      return malformedBody("not-an-encrypted-object");
    }
  },
};

function readingOf(object: EncryptedObject): BodyReading {
  const keyId = object.keyId !== "" && hasSoundDekSource(object) ? shortened(object.keyId) : null;
  if (!isSoundObject(object)) return malformedBody("not-an-encrypted-object", keyId);
  const shortest = object.dekSourceType === HKDF_SEED ? SHORTEST_WITH_SEED : SHORTEST_GCM;
  if (object.dataLength < shortest) return malformedBody("body-too-short", keyId);
  return { malformation: null, keyId, kekVersion: kekVersionOf(object.dekSource, object.annotations) };
}
