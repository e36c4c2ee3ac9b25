import type { Malformation } from "../model/value-class.ts";
import { kekVersionOf } from "./kek-version.ts";
import { SHORTEST_GCM } from "./local-providers.ts";
import { COLON, type EncryptedProvider, malformedBody } from "./prefix.ts";

const LENGTH_BYTES = 2;

/** KMS v1: wrapped DEK length u16, big-endian | wrapped DEK | data (apiserver encrypt/envelope/envelope.go). */
export const KMS_V1: EncryptedProvider = {
  provider: "kms-v1",
  prefix: Buffer.from("k8s:enc:kms:v1:", "latin1"),
  nameEnd,
  // Each write has a DEK of its own.
  form: null,
  readBody(bytes, offset, end) {
    const malformation = malformationOf(bytes, offset, end);
    if (malformation !== null) return malformedBody(malformation);
    const dekOffset = offset + LENGTH_BYTES;
    const wrappedDek = bytes.subarray(dekOffset, dekOffset + wrappedDekLength(bytes, offset));
    return { malformation: null, keyId: null, kekVersion: kekVersionOf(wrappedDek, []) };
  },
};

/**
 * A plugin's name may hold colons; the length's high byte is a control character for every wrapped DEK below 8 KiB,
 * so the name ends at the last colon before the first control character. Where neither that byte nor a sound body
 * follows the colon, the bytes are anyone's, a secret's text perhaps: no more of it than the text up to the first
 * colon is taken for a name.
 */
function nameEnd(bytes: Uint8Array, offset: number, end: number): number {
  let first = -1;
  let last = -1;
  let index = offset;
  for (; index < end && !isControl(bytes[index] as number); index++) {
    if (bytes[index] !== COLON) continue;
    if (first === -1) first = index;
    last = index;
  }
  const isBeforeControl = last === index - 1;
  return isBeforeControl || malformationOf(bytes, last + 1, end) === null ? last : first;
}

function malformationOf(bytes: Uint8Array, offset: number, end: number): Malformation | null {
  if (end - offset < LENGTH_BYTES) return "body-too-short";
  const length = wrappedDekLength(bytes, offset);
  if (length === 0) return "no-wrapped-dek";
  const dataOffset = offset + LENGTH_BYTES + length;
  if (dataOffset > end) return "wrapped-dek-cut";
  return end - dataOffset < SHORTEST_GCM ? "body-too-short" : null;
}

function wrappedDekLength(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}
