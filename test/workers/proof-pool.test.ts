import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { secretbox } from "@noble/ciphers/salsa.js";
import { describe, expect, test } from "vitest";
import { Keyring } from "../../src/proof/keyring.ts";
import { fromPortable, toPortable } from "../../src/workers/portable-keys.ts";
import { BLOCK_BYTES } from "../../src/workers/proof-block.ts";
import { ProofPool, type ProofPoolOptions } from "../../src/workers/proof-pool.ts";
import { accepted, block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { gcm } from "../proof/rebuild-stored.ts";

const [a, b] = [KEY_A, KEY_B].map((key) => Buffer.from(key, "base64")) as [Buffer, Buffer];
const OBJECT = Buffer.from('{"kind":"Secret","apiVersion":"v1","data":{"password":"aHVudGVyMg=="}}\n');

/** Two API servers: the second one has another key in front, and one more rule. */
const SERVERS = [
  [block("secrets", local("aesgcm", ["k", KEY_A], ["other", KEY_B]), "identity: {}")],
  [
    block("secrets", local("aesgcm", ["other", KEY_B], ["k", KEY_A])),
    block("configmaps", local("secretbox", ["s", KEY_A])),
  ],
].map((blocks) => {
  const configuration = accepted(configurationText(...blocks));
  return { configuration, keyring: new Keyring(configuration) };
});

interface Value {
  readonly resource: string | null;
  readonly etcdKey: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Values that open under one key or another, that have a bit flipped, or that no key is for. */
function values(count: number): readonly Value[] {
  return Array.from({ length: count }, (_, index) => {
    const etcdKey = Buffer.from(`/registry/secrets/default/object-${index}`);
    const [name, key] = index % 2 === 0 ? ["k", a] : ["other", b];
    const nonce = randomBytes(24);
    const bytes =
      index % 7 === 0
        ? Buffer.concat([Buffer.from("k8s:enc:secretbox:v1:s:"), nonce, secretbox(a, nonce).seal(OBJECT)])
        : Buffer.concat([Buffer.from(`k8s:enc:aesgcm:v1:${name}:`), gcm(key, randomBytes(12), OBJECT, etcdKey)]);
    if (index % 5 === 0) bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    return { resource: [null, "secrets", "configmaps"][index % 3] ?? null, etcdKey, bytes };
  });
}

/** What the values come to in the calling thread. */
function expected(all: readonly Value[]): readonly (readonly number[])[] {
  return all.map(({ resource, etcdKey, bytes }) =>
    SERVERS.map(({ keyring }) => keyring.readerFor(resource).readNumber(etcdKey, bytes, 0, bytes.length)),
  );
}

/** What they come to by way of a pool. The number of its class comes back with each. */
function fromPool(all: readonly Value[], options: ProofPoolOptions): readonly (readonly number[])[] {
  const pool = new ProofPool(SERVERS, options);
  const taken: (readonly number[])[] = [];
  const take = () => {
    const { resource, valueClass, outcomes } = pool.takeOldest();
    expect([resource, valueClass]).toEqual([all[taken.length]?.resource, taken.length]);
    taken.push([...outcomes]);
  };
  try {
    for (const [index, { resource, etcdKey, bytes }] of all.entries()) {
      while (!pool.hasRoom) take();
      const surrounded = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]);
      expect(pool.add(resource, index, etcdKey, surrounded, 3, bytes.length)).toBe(true);
      // What was added is copied: the caller's memory may be used again.
      surrounded.fill(0);
    }
    while (taken.length < all.length) take();
    expect(() => pool.takeOldest()).toThrow(RangeError);
  } finally {
    pool.close();
  }
  return taken;
}

/** The code of a thread, as an address. */
function threadOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe("values that are opened in threads come to what they come to without any", () => {
  const all = values(10_000);
  const wanted = expected(all);

  test("which are many different things", () => {
    expect(new Set(wanted.map((outcomes) => outcomes.join(" "))).size).toBeGreaterThan(6);
  });

  test.each([0, 1, 3])("with %i threads, in the order in which they were added", (threads) => {
    expect(fromPool(all, { threads })).toEqual(wanted);
  });

  test.each([
    ["dies at once", "process.exit(1)"],
    ["can't be loaded", "import 'no such module'"],
    [
      "claims everything and does nothing",
      `import { workerData } from "node:worker_threads";
       const states = workerData.memories.map((memory) => new Int32Array(memory, 0, 1));
       for (;;) for (const state of states) Atomics.compareExchange(state, 0, 1, 2);`,
    ],
  ])("with a thread that %s", (_, code) => {
    expect(fromPool(all.slice(0, 6_000), { threads: 1, code: threadOf(code), patience: 50 })).toEqual(
      wanted.slice(0, 6_000),
    );
  });

  test("taken one by one", () => {
    const pool = new ProofPool(SERVERS, { threads: 1 });
    const taken = all.slice(0, 30).map(({ resource, etcdKey, bytes }) => {
      expect(pool.add(resource, 0, etcdKey, bytes, 0, bytes.length)).toBe(true);
      return [...pool.takeOldest().outcomes];
    });
    pool.close();
    expect(taken).toEqual(wanted.slice(0, 30));
  });
});

test("a value that fits in no block is left to the caller, and the others go on", () => {
  const pool = new ProofPool(SERVERS, { threads: 0 });
  const [value] = values(1) as [Value];
  const add = (length: number) => pool.add("secrets", length, value.etcdKey, Buffer.alloc(length), 0, length);
  expect([add(10), add(BLOCK_BYTES), add(BLOCK_BYTES - value.etcdKey.length), add(20)]).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect([1, 2, 3].map(() => pool.takeOldest().valueClass)).toEqual([10, BLOCK_BYTES - value.etcdKey.length, 20]);
});

test("keys go to threads in a form that shows nothing, and come out as they were", () => {
  const [first, second] = SERVERS.map(({ configuration }) => configuration);
  for (const configuration of [first, second]) {
    if (configuration === undefined) throw new Error("no configuration");
    const portable = toPortable(configuration);
    const shown = `${inspect(portable, { depth: 20 })} ${JSON.stringify(portable)}`;
    for (const key of [KEY_A, KEY_B])
      expect(shown).not.toContain(Buffer.from(key, "base64").toString("hex").slice(0, 8));
    expect(shown).not.toMatch(/Buffer|Uint8Array/);
    const back = fromPortable(portable);
    const keysOf = ({ rules }: typeof back) =>
      rules.flatMap(({ providers }) =>
        providers.flatMap((provider) =>
          "keys" in provider ? provider.keys.map(({ secret }) => secret.fingerprint()) : [],
        ),
      );
    expect(keysOf(back)).toEqual(keysOf(configuration));
    expect(back.rules.map(({ resource }) => resource)).toEqual(configuration.rules.map(({ resource }) => resource));
  }
});
