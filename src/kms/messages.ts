import protobuf from "protobufjs/minimal.js";
import type { EncryptedObject } from "../classify/encrypted-object.ts";

// Fields as in k8s.io/kms apis/v2/api.proto and apis/v1beta1/api.proto. All of them are strings, bytes or messages.
const LENGTH_DELIMITED = 2;

/** The only version of the plugin API that KMS v1 has. */
export const V1_VERSION = "v1beta1";

/** VersionRequest of KMS v1: 1 version. */
export function versionRequest(): Uint8Array {
  return withV1Version().finish();
}

/** DecryptRequest of KMS v1: 1 version, 2 cipher. Equal bytes for equal wrapped data keys. */
export function decryptRequestV1(wrappedDek: Uint8Array): Uint8Array {
  return withV1Version().uint32(tag(2)).bytes(wrappedDek).finish();
}

/**
 * DecryptRequest of KMS v2: 1 ciphertext, 2 uid, 3 key_id, 4 annotations. Equal bytes for equal wrapped data keys, since
 * the uid, which is for logs alone, is left to `withUid`.
 */
export function decryptRequestV2({ dekSource, keyId, annotations }: EncryptedObject): Uint8Array {
  const writer = protobuf.Writer.create().uint32(tag(1)).bytes(dekSource).uint32(tag(3)).string(keyId);
  for (const [key, value] of [...annotations].sort(([a], [b]) => (a < b ? -1 : 1))) {
    writer.uint32(tag(4)).fork().uint32(tag(1)).string(key).uint32(tag(2)).bytes(value).ldelim();
  }
  return writer.finish();
}

/** The same DecryptRequest of KMS v2 with a uid: fields may stand in any order. */
export function withUid(request: Uint8Array, uid: string): Uint8Array {
  return Buffer.concat([request, protobuf.Writer.create().uint32(tag(2)).string(uid).finish()]);
}

/**
 * StatusResponse of KMS v2 (version, healthz, key_id) or VersionResponse of KMS v1 (version, runtime_name,
 * runtime_version): three texts, in the order of their fields, empty where absent.
 * @throws Error where the bytes are no such message
 */
export function readThreeTexts(bytes: Uint8Array): readonly [string, string, string] {
  const reader = protobuf.Reader.create(bytes);
  const texts: [string, string, string] = ["", "", ""];
  while (reader.pos < reader.len) {
    const next = reader.uint32();
    const place = [tag(1), tag(2), tag(3)].indexOf(next);
    if (place === -1) reader.skipType(next & 7);
    else texts[place] = reader.string();
  }
  return texts;
}

/**
 * DecryptResponse of either version: what was decrypted, as a view of the message. Whoever takes it wipes it.
 * @throws Error where the bytes are no such message
 */
export function readDecrypted(bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes);
  let plaintext: Uint8Array = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const next = reader.uint32();
    if (next === tag(1)) plaintext = reader.bytes();
    else reader.skipType(next & 7);
  }
  return plaintext;
}

function withV1Version(): protobuf.Writer {
  return protobuf.Writer.create().uint32(tag(1)).string(V1_VERSION);
}

function tag(field: number): number {
  return (field << 3) | LENGTH_DELIMITED;
}
