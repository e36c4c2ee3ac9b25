import { describe, expect, test } from "vitest";
import type { Standing } from "../../src/model/standing.ts";
import type { Provider, ValueClass } from "../../src/model/value-class.ts";
import {
  guessedKey,
  type KeyText,
  type KnownKey,
  keyInQuestion,
  namesKey,
  parseKeyText,
} from "../../src/rotation/key-in-question.ts";
import { retiring } from "../../src/rotation/questions.ts";

const key = (provider: Provider, keyName: string | null, keyId: string | null = null): KnownKey => ({
  provider,
  keyName,
  keyId,
  kekVersion: null,
});
const text = (words: string) => parseKeyText(words) as KeyText;
const encrypted = (provider: Provider, keyName: string, fields: Partial<ValueClass> = {}): ValueClass => ({
  state: "encrypted",
  provider,
  keyName,
  keyId: null,
  kekVersion: null,
  encoding: null,
  malformation: null,
  ...fields,
});

describe("the text form of a key", () => {
  test.each(["", "aescbc", "aescbc/", "nobody/key1", "identity/x", "/key1"])("%o names none", (words) => {
    expect(parseKeyText(words)).toBeUndefined();
  });

  test("is split at its first slash", () => {
    expect(text("aescbc/a/b")).toMatchObject({ provider: "aescbc", rest: "a/b" });
    expect(text("identity")).toMatchObject({ provider: "identity", rest: "" });
  });

  test("means the longest name that is known; what follows it is an ID that must have been seen", () => {
    const known = [key("kms-v2", "plug"), key("kms-v2", "plug@a", "b"), key("kms-v2", "plug", "a@b")];
    expect(keyInQuestion(text("kms-v2/plug@a@b"), known)).toMatchObject({ name: "plug@a", id: "b" });
    expect(keyInQuestion(text("kms-v2/plug@a@b"), known.slice(2))).toMatchObject({ name: "plug", id: "a@b" });
    expect(keyInQuestion(text("kms-v2/plug"), known)).toEqual({ provider: "kms-v2", name: "plug", id: null });
    expect(keyInQuestion(text("kms-v2/plug@c"), known)).toBeUndefined();
  });

  test("names a version of the remote key where no value has it for its key ID", () => {
    const ofVersion = { ...key("kms-v2", "plug", "id"), kekVersion: "7" };
    expect(keyInQuestion(text("kms-v2/plug@7"), [ofVersion])).toMatchObject({ id: "7", isVersion: true });
    expect(keyInQuestion(text("kms-v2/plug@id"), [ofVersion])).toMatchObject({ id: "id", isVersion: false });
  });

  test("with a typing error means nothing", () => {
    const known = [key("aescbc", "key1"), key("aescbc", "key10")];
    expect(keyInQuestion(text("aescbc/kye1"), known)).toBeUndefined();
    expect(keyInQuestion(text("aesgcm/key1"), known)).toBeUndefined();
    expect(keyInQuestion(text("aescbc/key"), known)).toBeUndefined();
  });

  test("is guessed from configurations until values are seen", () => {
    expect(guessedKey(text("aescbc/me@home"), [key("aescbc", "me@home")])).toMatchObject({ name: "me@home", id: null });
    expect(guessedKey(text("kms-v2/plug@1"), [])).toMatchObject({ name: "plug", id: "1" });
  });
});

describe("a value needs a key", () => {
  const retired = { provider: "secretbox", name: "a", id: null } as const;

  test("by its whole name: one that begins another is not meant, one before a colon may be", () => {
    expect(namesKey({ ...retired, name: "key-1" }, encrypted("secretbox", "key-10"))).toBe(false);
    expect(namesKey(retired, encrypted("secretbox", "a:b"))).toBe(true);
    expect(namesKey(retired, encrypted("aescbc", "a"))).toBe(false);
  });

  test("by its ID, or by the version of the remote key, where one is given", () => {
    const plug = { provider: "kms-v2", name: "plug", id: "1" } as const;
    expect(namesKey(plug, encrypted("kms-v2", "plug", { keyId: "1" }))).toBe(true);
    expect(namesKey(plug, encrypted("kms-v2", "plug", { keyId: "10" }))).toBe(false);
    expect(namesKey(plug, encrypted("kms-v2", "plug", { keyId: "2", kekVersion: "1" }))).toBe(true);
  });

  test("when it is malformed and of the key's provider, whatever its name", () => {
    expect(namesKey(retired, encrypted("secretbox", "other", { state: "malformed" }))).toBe(true);
    expect(namesKey(retired, encrypted("aesgcm", "a", { state: "malformed" }))).toBe(false);
  });

  test("unless another configured key is proven to open it", () => {
    const question = retiring(retired, () => false);
    const asked = (standing: Standing | null) =>
      question({
        resource: "secrets",
        audited: true,
        valueClass: encrypted("secretbox", "a:b"),
        location: "head",
        isServed: true,
        standing,
        kmsStanding: null,
        repeatsNonce: false,
      });
    const opened = (name: string, proof: Standing["proof"]): Standing => ({
      outcome: "current",
      proof,
      key: { provider: "secretbox", name },
      writeKey: { provider: "secretbox", name },
    });
    expect(asked(null)).toEqual(["retired-key-in-use"]);
    expect(asked(opened("a:b", "verified"))).toEqual([]);
    expect(asked(opened("a:b", "none"))).toEqual(["retired-key-in-use"]);
    expect(asked(opened("a", "verified"))).toEqual(["retired-key-in-use"]);
  });
});
