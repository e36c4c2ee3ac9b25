import type { Encoding } from "../model/value-class.ts";

/** `k8s\0`, which begins every protobuf object (apimachinery pkg/runtime/serializer/protobuf). */
const PROTOBUF_MAGIC = [0x6b, 0x38, 0x73, 0x00] as const;
/** The self-described CBOR tag (RFC 8949, 3.4.6; apimachinery pkg/runtime/serializer/cbor). */
const CBOR_TAG = [0xd9, 0xd9, 0xf7] as const;
const OPENING_BRACE = 0x7b;
const WHITE_SPACE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/** How a plaintext value is serialized, by its first bytes. */
export function plaintextEncoding(bytes: Uint8Array, offset: number, length: number): Encoding {
  if (length === 0) return "empty";
  if (beginsWith(bytes, offset, length, PROTOBUF_MAGIC)) return "protobuf";
  if (beginsWith(bytes, offset, length, CBOR_TAG)) return "cbor";
  let first = offset;
  while (first < offset + length && WHITE_SPACE.includes(bytes[first] as number)) first++;
  return first < offset + length && bytes[first] === OPENING_BRACE ? "json" : "unrecognized";
}

function beginsWith(bytes: Uint8Array, offset: number, length: number, magic: readonly number[]): boolean {
  return length >= magic.length && magic.every((byte, index) => bytes[offset + index] === byte);
}
