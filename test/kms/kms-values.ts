import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import protobuf from "protobufjs";
import type { KmsProvider } from "../../src/configuration/configuration.ts";
import type { KmsPlugin } from "../kms-plugin/kms-plugin.ts";
import { WRAPPINGS, type Wrapped } from "../kms-plugin/remote-key.ts";

const { root } = protobuf.parse(
  `syntax = "proto3";
   message EncryptedObject { bytes encryptedData = 1; string keyID = 2; bytes encryptedDEKSource = 3;
     map<string, bytes> annotations = 4; int32 encryptedDEKSourceType = 5; }`,
  { keepCase: true },
);
const ENCRYPTED_OBJECT = root.lookupType("EncryptedObject");

/** The etcd key of all values here. */
export const ETCD_KEY = Buffer.from("/registry/secrets/default/one");
/** What they hold. */
const PLAINTEXT = Buffer.concat([Buffer.from("k8s\0"), Buffer.from("not printed anywhere")]);

/** A provider of a configuration, as if read from one. */
export function kmsProvider(
  kind: KmsProvider["kind"],
  endpoint: string,
  options: { readonly name?: string; readonly timeout?: number } = {},
): KmsProvider {
  const cacheSize = kind === "kms-v1" ? 1000 : null;
  return { kind, line: 1, name: options.name ?? "plugin", endpoint, timeout: options.timeout ?? 3000, cacheSize };
}

/** A configuration with one rule for secrets. */
export function configurationOf(...providers: readonly KmsProvider[]) {
  const rules = [{ resource: "secrets", line: 1, providers }];
  const kind = "EncryptionConfiguration" as const;
  return { path: "config.yaml", sha256: "", kind, kindLine: 1, resourcesLine: 2, rules };
}

/** A data key wrapped by the plugin's remote key as it is now. */
export function wrap(plugin: KmsPlugin, dataKey: Uint8Array, wrapping: keyof typeof WRAPPINGS = "vault"): Wrapped {
  return WRAPPINGS[wrapping].wrap(plugin.keyVersion, dataKey);
}

/** A stored value of KMS v1. */
export function valueV1(wrapped: Wrapped, dataKey: Uint8Array, name = "plugin"): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.ciphertext.length);
  return Buffer.concat([Buffer.from(`k8s:enc:kms:v1:${name}:`), length, wrapped.ciphertext, sealed(dataKey)]);
}

/** A stored value of KMS v2, its data under the key itself or under one made of the seed. */
export function valueV2(wrapped: Wrapped, dataKey: Uint8Array, keyID: string, type: "key" | "seed"): Buffer {
  const info = randomBytes(32);
  const derived = createHmac("sha256", dataKey).update(info).update(Buffer.of(1)).digest();
  const encryptedData = type === "key" ? sealed(dataKey) : Buffer.concat([info, sealed(derived)]);
  const object = ENCRYPTED_OBJECT.encode({
    encryptedData,
    keyID,
    encryptedDEKSource: wrapped.ciphertext,
    annotations: wrapped.annotations,
    encryptedDEKSourceType: type === "key" ? 0 : 1,
  }).finish();
  return Buffer.concat([Buffer.from("k8s:enc:kms:v2:plugin:"), object]);
}

function sealed(key: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(ETCD_KEY);
  return Buffer.concat([nonce, cipher.update(PLAINTEXT), cipher.final(), cipher.getAuthTag()]);
}
