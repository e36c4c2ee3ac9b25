import { kekVersionOf } from "./kek-version.ts";
import { SHORTEST_GCM } from "./local-providers.ts";
import { COLON, type EncryptedProvider, malformedBody } from "./prefix.ts";

const LENGTH_BYTES = 2;

/**
 * KMS v1: wrapped DEK length u16, big-endian | wrapped DEK | data (apiserver encrypt/envelope/envelope.go).
 * A plugin's name may hold colons; the length's high byte is a control character for every wrapped DEK below 8 KiB,
 * so the name ends at the last colon before the first control character.
 */
export const KMS_V1: EncryptedProvider = {
  provider: "kms-v1",
  prefix: Buffer.from("k8s:enc:kms:v1:", "latin1"),
  nameEnd(bytes, offset, end) {
    let lastColon = -1;
    for (let index = offset; index < end; index++) {
      const byte = bytes[index] as number;
      if (byte < 0x20 || byte === 0x7f) break;
      if (byte === COLON) lastColon = index;
    }
    return lastColon;
  },
  readBody(bytes, offset, end) {
    if (end - offset < LENGTH_BYTES) return malformedBody("body-too-short");
    const length = ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
    if (length === 0) return malformedBody("no-wrapped-dek");
    const dataOffset = offset + LENGTH_BYTES + length;
    if (dataOffset > end) return malformedBody("wrapped-dek-cut");
    if (end - dataOffset < SHORTEST_GCM) return malformedBody("body-too-short");
    const wrappedDek = bytes.subarray(offset + LENGTH_BYTES, dataOffset);
    return { malformation: null, keyId: null, kekVersion: kekVersionOf(wrappedDek, []) };
  },
};
