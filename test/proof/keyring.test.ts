import { createCipheriv, randomBytes } from "node:crypto";
import { secretbox } from "@noble/ciphers/salsa.js";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Keyring } from "../../src/proof/keyring.ts";
import { accepted, block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { gcm } from "./rebuild-stored.ts";

/** Everything that node:crypto decrypted during the test. */
const decrypted = vi.hoisted(() => [] as Buffer[]);
vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:crypto")>();
  return {
    ...original,
    createDecipheriv: (...parameters: Parameters<typeof original.createDecipheriv>) => {
      const decipher = original.createDecipheriv(...parameters);
      const update = decipher.update.bind(decipher) as (bytes: Uint8Array) => Buffer;
      decipher.update = ((bytes: Uint8Array) => {
        const plaintext = update(bytes);
        decrypted.push(plaintext);
        return plaintext;
      }) as typeof decipher.update;
      return decipher;
    },
  };
});

const OBJECT = Buffer.from('{"kind":"Secret","apiVersion":"v1","data":{"password":"aHVudGVyMg=="}}\n');
const ETCD_KEY = Buffer.from("/registry/secrets/dev/db");
const [a, b] = [Buffer.from(KEY_A, "base64"), Buffer.from(KEY_B, "base64")];

const value = (prefix: string, body: Uint8Array) => Buffer.concat([Buffer.from(`k8s:enc:${prefix}:`), body]);
const byGcm = (name: string, key: Buffer, etcdKey = ETCD_KEY) =>
  value(`aesgcm:v1:${name}`, gcm(key, randomBytes(12), OBJECT, etcdKey));
const bySecretbox = (name: string, key: Buffer) => {
  const nonce = randomBytes(24);
  return value(`secretbox:v1:${name}`, Buffer.concat([nonce, secretbox(key, nonce).seal(OBJECT)]));
};
const byCbc = (name: string, key: Buffer, plaintext: Uint8Array = OBJECT) => {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  return value(`aescbc:v1:${name}`, Buffer.concat([iv, cipher.update(plaintext), cipher.final()]));
};
function read(blocks: readonly string[], stored: Uint8Array, etcdKey: Uint8Array = ETCD_KEY, resource = "secrets") {
  const keyring = new Keyring(accepted(configurationText(...blocks)));
  return keyring.readerFor(resource).read(etcdKey, stored, 0, stored.length);
}

describe("a value that its key's name does not tell the truth of", () => {
  it("under the second of two keys by one name is read by the second, and stale", () => {
    const both = [block("secrets", local("aesgcm", ["k", KEY_A], ["k", KEY_B]))];
    expect(read(both, byGcm("k", b))).toMatchObject({ kind: "verified", stale: true });
    expect(read(both, byGcm("k", a))).toMatchObject({ kind: "verified", stale: false });
  });

  it.each(["aesgcm", "secretbox", "aescbc"])("under a swapped pair of %s keys opens with neither", (provider) => {
    const swapped = [block("secrets", local(provider, ["new", KEY_A], ["old", KEY_B]), "identity: {}")];
    const stored = { aesgcm: byGcm("old", a), secretbox: bySecretbox("old", a), aescbc: byCbc("old", a) }[provider];
    expect(read(swapped, stored ?? OBJECT)).toMatchObject({ kind: "wrong-key", key: { provider, name: "old" } });
  });

  it("copied from another etcd key does not open under aesgcm, and does where the etcd key is not used", () => {
    const blocks = [block("secrets", local("aesgcm", ["k", KEY_A]), local("secretbox", ["k", KEY_A]))];
    const elsewhere = Buffer.from("/registry/secrets/dev/other");
    expect(read(blocks, byGcm("k", a, elsewhere))).toMatchObject({ kind: "wrong-key", reason: "authentication" });
    expect(read(blocks, byGcm("k", a, elsewhere), elsewhere)).toMatchObject({ kind: "verified" });
    expect(read(blocks, bySecretbox("k", a), elsewhere)).toMatchObject({ kind: "verified" });
  });

  it("with any one bit flipped does not open under aesgcm or secretbox", () => {
    const blocks = [block("secrets", local("aesgcm", ["k", KEY_A]), local("secretbox", ["k", KEY_A]))];
    for (const stored of [byGcm("k", a), bySecretbox("k", a)]) {
      const body = stored.lastIndexOf("k:", 24) + 2;
      for (let at = body; at < stored.length; at += 5) {
        const altered = Buffer.from(stored);
        altered[at] = (altered[at] as number) ^ 0x10;
        expect(read(blocks, altered)).toMatchObject({ kind: "wrong-key", reason: "authentication" });
      }
    }
  });

  it("under a wrong aescbc key is noticed by its content where the padding is right by chance", () => {
    const blocks = [block("secrets", local("aescbc", ["k", KEY_A]))];
    const reasons = new Set<string>();
    for (let round = 0; round < 4000 && reasons.size < 2; round++) {
      const outcome = read(blocks, byCbc("k", b));
      expect(outcome.kind).toBe("wrong-key");
      if (outcome.kind === "wrong-key") reasons.add(outcome.reason);
    }
    expect(reasons).toEqual(new Set(["padding", "content"]));
  });
});

describe("the content of an aescbc value", () => {
  const blocks = [block("secrets", local("aescbc", ["k", KEY_A]))];
  it.each([
    ["JSON", OBJECT, "plausible"],
    ["YAML", Buffer.from("apiVersion: v1\nkind: Secret\n"), "plausible"],
    ["nothing", Buffer.alloc(0), "plausible"],
    ["a protobuf object", Buffer.from("k8s\0\x0a\x02v1\x12\x01x", "latin1"), "plausible"],
    ["a protobuf object cut off", Buffer.from("k8s\0\x0a\x02v1\x12\x7fx", "latin1"), "wrong-key"],
    ["JSON cut off", OBJECT.subarray(0, 20), "wrong-key"],
    ["other text", Buffer.from("hello"), "wrong-key"],
  ])("that is %s is %s", (_name, plaintext, kind) => {
    expect(read(blocks, byCbc("k", a, plaintext)).kind).toBe(kind);
  });
});

describe("what no key reads", () => {
  const blocks = [block("secrets", local("secretbox", ["k", KEY_A])), block("'*.apps'", "identity: {}")];
  it.each([
    ["plaintext where identity is not listed", OBJECT, "secrets", "no-key"],
    ["a value of a provider that is not configured", byGcm("k", a), "secrets", "no-key"],
    ["a value under a name that is not configured", bySecretbox("x", a), "secrets", "no-key"],
    ["an encrypted value where identity alone is listed", bySecretbox("k", a), "deployments.apps", "no-key"],
    ["an encrypted value of a resource without a rule", bySecretbox("k", a), "pods", "no-key"],
    ["a prefix that no Kubernetes release has", Buffer.from("k8s:enc:rot13:v1:k:x"), "pods", "no-key"],
  ])("%s: %#", (_name, stored, resource, kind) => {
    expect(read(blocks, stored, ETCD_KEY, resource).kind).toBe(kind);
  });

  it("plaintext is plaintext where identity stands first or no rule applies", () => {
    const plain = { kind: "plaintext", stale: false, isObject: true };
    expect(read(blocks, OBJECT, ETCD_KEY, "deployments.apps")).toEqual(plain);
    expect(read(blocks, OBJECT, ETCD_KEY, "pods")).toEqual(plain);
  });
});

describe("plaintext that the API server passes on", () => {
  it.each([
    ["an object as JSON", OBJECT, true],
    ["an empty value", Buffer.alloc(0), true],
    ["a protobuf object", Buffer.from("k8s\0\x0a\x02v1", "latin1"), true],
    ["a protobuf object cut off", Buffer.from("k8s\0\x0a\x20v1", "latin1"), false],
    ["a prefix in capitals", Buffer.from("K8S:ENC:AESCBC:V1:k:x"), false],
    ["a blank before a prefix", Buffer.from(" k8s:enc:aescbc:v1:k:x"), false],
    ["zero bytes", Buffer.alloc(64), false],
  ])("is an object it can decode, or not: %s", (_name, stored, isObject) => {
    expect(read([block("pods", "identity: {}")], stored, ETCD_KEY, "pods")).toMatchObject({
      kind: "plaintext",
      isObject,
    });
  });
});

describe("a KMS value without its plugin", () => {
  it("is not attempted; the longest name that fits is meant, and its place tells whether it is stale", () => {
    const kms = (name: string) => `kms: {name: "${name}", endpoint: "unix:///x"}`;
    const blocks = [block("secrets", kms("a"), kms("a:b"))];
    const body = Buffer.concat([Buffer.from([0, 4]), randomBytes(40)]);
    expect(read(blocks, value("kms:v1:a:b", body))).toEqual({
      kind: "not-attempted",
      key: { provider: "kms-v1", name: "a:b" },
      stale: true,
    });
    expect(read(blocks, value("kms:v1:a", body))).toMatchObject({ key: { name: "a" }, stale: false });
    expect(read(blocks, value("kms:v2:a", body))).toEqual({ kind: "no-key" });
  });
});

it("whatever was decrypted is wiped, wrong or right", () => {
  decrypted.length = 0;
  const blocks = [block("secrets", local("aesgcm", ["k", KEY_A]), local("aescbc", ["k", KEY_A]))];
  for (const key of [a, b]) {
    read(blocks, byGcm("k", key));
    read(blocks, byCbc("k", key));
  }
  expect(decrypted).toHaveLength(4);
  for (const plaintext of decrypted) expect(plaintext.equals(Buffer.alloc(plaintext.length))).toBe(true);
});

it("no bytes make reading throw, and none of them are changed", () => {
  const providers = ["aescbc", "aesgcm", "secretbox"].map((provider) => local(provider, ["k", KEY_A], ["k:l", KEY_B]));
  const kms = 'kms: {apiVersion: v2, name: plug, endpoint: "unix:///x"}';
  const keyring = new Keyring(accepted(configurationText(block("secrets", ...providers, kms, "identity: {}"))), {
    dataKeys: { unwrapV1: () => "refused", unwrapV2: () => "refused", currentKey: () => undefined },
  });
  const reader = keyring.readerFor("secrets");
  const prefix = fc.constantFrom(
    "",
    "k8s:enc:",
    "k8s:enc:aescbc:v1:k:",
    "k8s:enc:aesgcm:v1:k:l:",
    "k8s:enc:secretbox:v1:k:",
    "k8s:enc:kms:v2:plug:",
  );
  fc.assert(
    fc.property(prefix, fc.uint8Array({ maxLength: 100 }), (start, rest) => {
      const stored = Buffer.concat([Buffer.from(start), rest]);
      const before = Buffer.from(stored);
      const { kind } = reader.read(ETCD_KEY, stored, 0, stored.length);
      expect(["wrong-key", "no-key", "plaintext"]).toContain(kind);
      expect(stored.equals(before)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
