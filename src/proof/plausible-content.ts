import protobuf from "protobufjs/minimal.js";
import { plaintextEncoding } from "../classify/plaintext-encoding.ts";

const PROTOBUF_MAGIC_LENGTH = 4;
const CLOSING_BRACE = 0x7d;
const LAST_WHITE_SPACE = 0x20;
/** With `--storage-media-type=application/yaml`: fields are sorted, and this one comes first. */
const YAML_START = Buffer.from("apiVersion:", "latin1");

/** Whether plaintext is what the API server stores and can decode: protobuf, JSON, CBOR or YAML, or nothing at all. */
export function looksLikeObject(plaintext: Uint8Array): boolean {
  switch (plaintextEncoding(plaintext, 0, plaintext.length)) {
    case "empty":
    case "cbor":
      return true;
    case "protobuf":
      return isMessage(plaintext.subarray(PROTOBUF_MAGIC_LENGTH));
    case "json":
      return endsWithBrace(plaintext);
    case "unrecognized":
      return YAML_START.every((byte, index) => plaintext[index] === byte);
  }
}

/** Whether the fields of a protobuf message fill it exactly. */
function isMessage(bytes: Uint8Array): boolean {
  const reader = protobuf.Reader.create(bytes);
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === 0) return false;
      reader.skipType(tag & 7);
    }
  } catch {
    return false;
  }
  return reader.pos === reader.len;
}

function endsWithBrace(bytes: Uint8Array): boolean {
  let last = bytes.length - 1;
  while (last >= 0 && (bytes[last] as number) <= LAST_WHITE_SPACE) last--;
  return bytes[last] === CLOSING_BRACE;
}
