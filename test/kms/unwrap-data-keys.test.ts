import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { KmsProvider } from "../../src/configuration/configuration.ts";
import { askPlugins } from "../../src/kms/plugin-report.ts";
import { type UnwrapOptions, unwrapDataKeys } from "../../src/kms/unwrap-data-keys.ts";
import { WrappedDataKeys } from "../../src/kms/wrapped-data-keys.ts";
import { Keyring } from "../../src/proof/keyring.ts";
import type { DataKeys } from "../../src/proof/kms-envelope.ts";
import { KmsPlugin, type KmsPluginOptions } from "../kms-plugin/kms-plugin.ts";
import { uuidOf } from "../kms-plugin/remote-key.ts";
import { configurationOf, ETCD_KEY, kmsProvider, valueV1, valueV2, wrap } from "./kms-values.ts";

async function started(options: KmsPluginOptions = {}): Promise<KmsPlugin> {
  const plugin = await KmsPlugin.start(options);
  onTestFinished(() => plugin.close());
  return plugin;
}

/** What the proof says of each value, in few words. */
function prove(provider: KmsProvider, values: readonly Buffer[], dataKeys: DataKeys): readonly string[] {
  const reader = new Keyring(configurationOf(provider), { dataKeys }).readerFor("secrets");
  return values.map((value) => {
    const outcome = reader.read(ETCD_KEY, value, 0, value.length);
    if (outcome.kind === "wrong-key") return outcome.reason;
    return "stale" in outcome && outcome.stale ? `${outcome.kind}, stale` : outcome.kind;
  });
}

/** All three steps. */
async function decrypt(provider: KmsProvider, values: readonly Buffer[], options: UnwrapOptions = {}) {
  const wrapped = new WrappedDataKeys();
  const before = prove(provider, values, wrapped);
  expect(new Set(before)).toEqual(new Set(["not-attempted"]));
  const dataKeys = await unwrapDataKeys(wrapped, options);
  return { outcomes: prove(provider, values, dataKeys), dataKeys, counts: dataKeys.counts()[0] };
}

function decryptCalls({ calls }: KmsPlugin): number {
  return calls.filter((path) => path.endsWith("/Decrypt")).length;
}

describe("unwrapDataKeys", () => {
  it("has each wrapped data key of KMS v2 unwrapped once and verifies every value under it", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v2", plugin.endpoint);
    const [key, seed] = [randomBytes(32), randomBytes(32)];
    const [wrappedKey, wrappedSeed] = [wrap(plugin, key), wrap(plugin, seed)];
    const values = [
      ...Array.from({ length: 5 }, () => valueV2(wrappedKey, key, plugin.keyId, "key")),
      ...Array.from({ length: 5 }, () => valueV2(wrappedSeed, seed, plugin.keyId, "seed")),
    ];
    const { outcomes, counts } = await decrypt(provider, values);
    expect(new Set(outcomes)).toEqual(new Set(["verified"]));
    expect(counts).toMatchObject({ unwrapped: 2, refused: 0, notAsked: 0, error: null });
    expect(decryptCalls(plugin)).toBe(2);
  });

  it("has every write's own data key of KMS v1 unwrapped", async () => {
    const plugin = await started();
    const values = Array.from({ length: 30 }, () => {
      const key = randomBytes(32);
      return valueV1(wrap(plugin, key), key);
    });
    const progress: number[] = [];
    const { outcomes } = await decrypt(kmsProvider("kms-v1", plugin.endpoint), values, {
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(new Set(outcomes)).toEqual(new Set(["verified"]));
    expect(decryptCalls(plugin)).toBe(30);
    expect([progress.length, progress.at(-1)]).toEqual([30, 1]);
  });

  it("calls a value stale when the plugin's own Status tells another key ID", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v2", plugin.endpoint);
    const seed = randomBytes(32);
    const old = valueV2(wrap(plugin, seed), seed, plugin.keyId, "seed");
    plugin.keyVersion = 2;
    const current = valueV2(wrap(plugin, seed), seed, plugin.keyId, "seed");
    const reports = await askPlugins([configurationOf(provider)]);
    expect((await decrypt(provider, [old, current], { reports })).outcomes).toEqual(["verified, stale", "verified"]);
    expect((await decrypt(provider, [old, current])).outcomes).toEqual(["verified", "verified"]);
  });

  it("takes a data key that is no seed for current where no value has a seed", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v2", plugin.endpoint);
    const reports = await askPlugins([configurationOf(provider)]);
    const key = randomBytes(32);
    const [plain, seed] = (["key", "seed"] as const).map((type) => valueV2(wrap(plugin, key), key, plugin.keyId, type));
    if (plain === undefined || seed === undefined) throw new Error("two values");
    expect((await decrypt(provider, [plain], { reports })).outcomes).toEqual(["verified"]);
    expect((await decrypt(provider, [plain, seed], { reports })).outcomes).toEqual(["verified, stale", "verified"]);
  });

  it("tells a remote key that is gone from one that still unwraps", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v1", plugin.endpoint);
    const key = randomBytes(32);
    const old = valueV1(wrap(plugin, key), key);
    plugin.keyVersion = 2;
    const current = valueV1(wrap(plugin, key), key);
    plugin.destroyed.add(1);
    const { outcomes, counts } = await decrypt(provider, [old, current]);
    expect(outcomes).toEqual(["unwrap-refused", "verified"]);
    expect(counts).toMatchObject({ unwrapped: 1, refused: 1, notAsked: 0, error: { code: "answers-with-error" } });
  });

  it("asks again for what was refused, since that may pass", async () => {
    const plugin = await started();
    const key = randomBytes(32);
    const value = valueV1(wrap(plugin, key), key);
    plugin.refusal = status.UNKNOWN;
    plugin.passing = true;
    expect((await decrypt(kmsProvider("kms-v1", plugin.endpoint), [value])).outcomes).toEqual(["verified"]);
    expect(decryptCalls(plugin)).toBe(2);
  });

  it.each(["dead", "slow"])(
    "never calls a key refused that a %s plugin was not asked for, and does not wait for each",
    async (how) => {
      const plugin = await started();
      const values = Array.from({ length: 200 }, () => {
        const key = randomBytes(32);
        return valueV1(wrap(plugin, key), key);
      });
      if (how === "dead") plugin.kill();
      else plugin.delay = 60_000;
      const provider = kmsProvider("kms-v1", plugin.endpoint, { timeout: 200 });
      const { outcomes, counts } = await decrypt(provider, values);
      expect(new Set(outcomes)).toEqual(new Set(["not-attempted"]));
      expect(counts).toMatchObject({ unwrapped: 0, refused: 0, notAsked: 200 });
      expect(counts?.error?.code).toBe(how === "dead" ? "no-socket" : "deadline");
      expect(decryptCalls(plugin)).toBeLessThan(10);
    },
  );

  it("gives the plugin the key ID and annotations that were stored, and a uid", async () => {
    const plugin = await started({ wrapping: "alibaba" });
    const seed = randomBytes(32);
    const wrapped = wrap(plugin, seed, "alibaba");
    const value = valueV2(wrapped, seed, plugin.keyId, "seed");
    await decrypt(kmsProvider("kms-v2", plugin.endpoint), [value]);
    expect(plugin.lastDecrypt).toMatchObject({ key_id: plugin.keyId, ciphertext: wrapped.ciphertext });
    expect(Object.values(plugin.lastDecrypt?.annotations ?? {})).toEqual([Buffer.from(uuidOf(1))]);
    expect(plugin.lastDecrypt?.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("takes nothing for a data key that the API server would not", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v2", plugin.endpoint);
    const short = randomBytes(16);
    const values = [
      valueV2(wrap(plugin, short), short, plugin.keyId, "seed"),
      valueV2(wrap(plugin, randomBytes(5)), randomBytes(32), plugin.keyId, "key"),
      valueV2(wrap(plugin, randomBytes(32)), randomBytes(32), plugin.keyId, "key"),
    ];
    expect((await decrypt(provider, values)).outcomes).toEqual(["unwrap-refused", "unwrap-refused", "authentication"]);
  });

  it("keeps no more wrapped data keys than its ceilings allow, and tells how many values that leaves out", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v1", plugin.endpoint);
    const key = randomBytes(32);
    const values = Array.from({ length: 5 }, () => valueV1(wrap(plugin, key), key));
    for (const limits of [{ count: 2 }, { bytes: 200 }]) {
      const wrapped = new WrappedDataKeys(limits);
      prove(provider, [...values, ...values], wrapped);
      expect([wrapped.size, wrapped.notKept]).toEqual([2, 6]);
      const dataKeys = await unwrapDataKeys(wrapped);
      expect(dataKeys.notKept).toBe(6);
      const expected = ["verified", "verified", "not-attempted", "not-attempted", "not-attempted"];
      expect(prove(provider, values, dataKeys)).toEqual(expected);
    }
  });

  it("stops asking when it is interrupted", async () => {
    const plugin = await started();
    plugin.delay = 60_000;
    const key = randomBytes(32);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const provider = kmsProvider("kms-v1", plugin.endpoint, { timeout: 60_000 });
    const { outcomes } = await decrypt(provider, [valueV1(wrap(plugin, key), key)], { signal: stop.signal });
    expect(outcomes).toEqual(["not-attempted"]);
  });

  it("shows no data key and none of the plugin's words, and opens nothing once wiped", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v1", plugin.endpoint);
    const [key, lost] = [randomBytes(32), randomBytes(32)];
    const [value, refused] = [valueV1(wrap(plugin, key), key), valueV1(wrap(plugin, lost), lost)];
    const { dataKeys } = await decrypt(provider, [value]);
    const shown = inspect(dataKeys.counts(), { depth: 20 }) + JSON.stringify(dataKeys.counts());
    for (const encoding of ["hex", "base64", "latin1"] as const) expect(shown).not.toContain(key.toString(encoding));
    expect(inspect(dataKeys, { depth: 20 })).toContain("[redacted, 32 bytes]");
    dataKeys.wipe();
    expect(prove(provider, [value], dataKeys)).toEqual(["authentication"]);
    plugin.refusal = status.INVALID_ARGUMENT;
    const { counts } = await decrypt(provider, [refused]);
    expect(counts?.error?.message).toBe(
      `KMS plugin kms-v1/plugin at ${plugin.endpoint}: it answers with an error (INVALID_ARGUMENT)`,
    );
  });
});
