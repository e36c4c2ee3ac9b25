import protobuf from "protobufjs/minimal.js";

/** The fields of a KMS v2 EncryptedObject (k8s.io/apiserver kmsv2/v2/api.proto); sound ones unless told. */
export interface EncryptedObjectFields {
  readonly data?: Uint8Array;
  readonly keyId?: string | Uint8Array;
  readonly dekSource?: Uint8Array;
  readonly annotations?: readonly (readonly [key: string, value: string | Uint8Array])[];
  readonly dekSourceType?: number;
}

const SEED = 1;

/** Bytes as UTF-8 and bytes, one after the other. */
export function joined(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
}

/** The fields of an EncryptedObject as separate messages: joined in any order they are the object. */
export function encryptedObjectFields(fields: EncryptedObjectFields = {}): readonly Uint8Array[] {
  const { data = filled(80), keyId = "key-1", dekSource = filled(50), annotations = [], dekSourceType = SEED } = fields;
  const writer = (): protobuf.Writer => protobuf.Writer.create();
  return [
    writer().uint32(0x0a).bytes(data).finish(),
    writer()
      .uint32(0x12)
      .bytes(typeof keyId === "string" ? Buffer.from(keyId) : keyId)
      .finish(),
    writer().uint32(0x1a).bytes(dekSource).finish(),
    ...annotations.map(([key, value]) =>
      writer().uint32(0x22).fork().uint32(0x0a).string(key).uint32(0x12).bytes(Buffer.from(value)).ldelim().finish(),
    ),
    ...(dekSourceType === 0 ? [] : [writer().uint32(0x28).uint32(dekSourceType).finish()]),
  ];
}

/** A value under KMS v2. */
export function kmsV2Value(fields: EncryptedObjectFields = {}, name = "plugin"): Uint8Array {
  return joined(`k8s:enc:kms:v2:${name}:`, ...encryptedObjectFields(fields));
}

/** A value under KMS v1, with so many bytes of data after the wrapped DEK. */
export function kmsV1Value(wrappedDek: string | Uint8Array, name = "plugin", dataLength = 60): Uint8Array {
  const dek = joined(wrappedDek);
  return joined(`k8s:enc:kms:v1:${name}:`, Uint8Array.of(dek.length >> 8, dek.length & 0xff), dek, filled(dataLength));
}

/** Bytes that look like ciphertext and are the same in each run. */
export function filled(length: number, seed = 7): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 151 + seed * 89 + (index >> 3)) & 0xff);
}
