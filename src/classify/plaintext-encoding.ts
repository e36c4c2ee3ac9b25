import { beginsWith } from "../bytes/begins-with.ts";
import type { Encoding } from "../model/value-class.ts";

/** `k8s\0`, which begins every protobuf object (apimachinery pkg/runtime/serializer/protobuf). */
const PROTOBUF_MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);
/** The self-described CBOR tag (RFC 8949, 3.4.6; apimachinery pkg/runtime/serializer/cbor). */
const CBOR_TAG = Uint8Array.of(0xd9, 0xd9, 0xf7);
const OPENING_BRACE = 0x7b;
const WHITE_SPACE: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/** How a plaintext value is serialized, by its first bytes. */
export function plaintextEncoding(bytes: Uint8Array, offset: number, length: number): Encoding {
  if (length === 0) return "empty";
  const end = offset + length;
  if (beginsWith(bytes, offset, end, PROTOBUF_MAGIC)) return "protobuf";
  if (beginsWith(bytes, offset, end, CBOR_TAG)) return "cbor";
  let first = offset;
  while (first < end && WHITE_SPACE.includes(bytes[first] as number)) first++;
  return first < end && bytes[first] === OPENING_BRACE ? "json" : "unrecognized";
}

/** How many of a value's first bytes tell its encoding by themselves; 0 where they do not. */
export function plaintextHead(encoding: Encoding, bytes: Uint8Array, offset: number): number {
  switch (encoding) {
    case "protobuf":
      return PROTOBUF_MAGIC.length;
    case "cbor":
      return CBOR_TAG.length;
    case "json":
      return bytes[offset] === OPENING_BRACE ? 1 : 0;
    case "empty":
    case "unrecognized":
      return 0;
  }
}
