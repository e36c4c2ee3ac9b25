import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretbox } from "@noble/ciphers/salsa.js";
import { afterAll, describe, expect, test } from "vitest";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { kmsV1Value, kmsV2Value } from "../classify/made-values.ts";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { runProgram } from "../corpus/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "never-wrongly-safe-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

const snapshot = (name: string, records: readonly EtcdRecord[]) =>
  write(`${name}.db`, etcdSnapshot({ records, compactRevision: 1 }).bytes);

/** The first words of the answer, the exit code and the whole text. */
async function ask(...words: readonly string[]) {
  const { stdout, status, stderr } = await runProgram(["verify-rotation", ...words]);
  const text = stdout.toString();
  return { answer: [text.split(":", 1)[0], status], text: text.replace(/\s+/g, " "), stderr };
}

const OBJECT = Buffer.from('{"kind":"Secret","apiVersion":"v1"}');

function sealed(name: string, key: string): Uint8Array {
  const nonce = randomBytes(24);
  const body = secretbox(Buffer.from(key, "base64"), nonce).seal(OBJECT);
  return Buffer.concat([Buffer.from(`k8s:enc:secretbox:v1:${name}:`), nonce, body]);
}

test("what one API server's key has opened is not taken for another server's key", async () => {
  const value = sealed("a:b", KEY_B);
  const store = snapshot("colons", [{ revision: 2, key: "/registry/secrets/default/a", value }]);
  const [short, long] = [["a", KEY_A] as const, ["a:b", KEY_B] as const].map((key) => {
    const text = configurationText(block("secrets", local("secretbox", ["new", KEY_A], key)));
    return write(`${key[0].length}.yaml`, text);
  }) as [string, string];
  for (const files of [
    [short, long],
    [long, short],
  ]) {
    const flags = files.flatMap((file) => ["--encryption-config", file]);
    expect((await ask("--retire", "secretbox/a:b", ...flags, store)).answer).toEqual(["NOT SAFE", 1]);
  }
});

describe("a version of a remote key", () => {
  const backup = (value: Uint8Array) => [{ revision: 2, key: "/registry/secrets/default/a", value }];
  const cluster = (old: Uint8Array, untold: Uint8Array) => [
    { revision: 3, key: "/registry/secrets/default/a", value: old },
    { revision: 4, key: "/registry/secrets/default/b", value: untold },
  ];

  test("is needed by a value of which the version can't be told, under KMS v1", async () => {
    const value = (version: string) => kmsV1Value(version);
    const paths = [
      snapshot("v1-new", cluster(value("vault:v2:abcdefgh"), value("short"))),
      snapshot("v1-old", backup(value("vault:v1:abcdefgh"))),
    ];
    expect((await ask("--retire", "kms-v1/plugin@vault:v1", ...paths)).answer).toEqual(["NOT SAFE", 1]);
  });

  test("is not needed where the key ID tells", async () => {
    const paths = [
      snapshot("v2-new", cluster(kmsV2Value({ keyId: "id2" }), kmsV2Value({ keyId: "id2" }))),
      snapshot("v2-old", backup(kmsV2Value({ keyId: "id1" }))),
    ];
    expect((await ask("--retire", "kms-v2/plugin@id1", ...paths)).answer).toEqual(["SAFE", 0]);
    expect((await ask("--retire", "kms-v2/plugin@id2", ...paths)).answer).toEqual(["NOT SAFE", 1]);
  });

  test("in force by a name that nobody has seen is a typing error", async () => {
    const path = snapshot("v2-typo", backup(kmsV2Value({ keyId: "id1" })));
    const { answer, stderr } = await ask(
      "--retire",
      "kms-v2/plugin@id1",
      "--current-kms-key",
      "kms-v2/plugim@id1",
      path,
    );
    expect(answer).toEqual(["", 2]);
    expect(stderr).toContain("kms-v2/plugim");
  });
});

test("a key that was not seen in a source that was not seen whole is no typing error", async () => {
  const whole = etcdSnapshot({ records: [{ revision: 2, key: "/registry/secrets/default/a", value: OBJECT }] }).bytes;
  const { answer, text } = await ask(
    "--retire",
    "secretbox/zz",
    write("cut.db", whole.subarray(0, whole.length - 8192)),
  );
  expect(answer).toEqual(["UNKNOWN", 3]);
  expect(text).toContain("truncated");
});

test("values that were not opened are counted beside the answer", async () => {
  const store = snapshot("unopened", [{ revision: 2, key: "/registry/secrets/default/a", value: sealed("k", KEY_A) }]);
  const next = write(
    "next.yaml",
    configurationText(block("secrets", local("secretbox", ["k", KEY_A]), "identity: {}")),
  );
  expect((await ask("--next", next, store)).text).not.toContain("by the name");
  const { text } = await ask("--next", next, "--no-decrypt", store);
  expect(text).toContain("1 encrypted value is told by the name of the key alone, since it was not opened.");
});

test("plaintext is answered for with what is taken for granted", async () => {
  const path = join(FIXTURES, "p-two-servers/agreed-compacted.db.gz");
  expect((await ask("--retire", "identity", path)).text).toContain("No configuration was given, so only secrets");
});

test.each([
  [["--next", "next.yaml", "--kms-status"], "--kms-status"],
  [["--retire", "identity", "--wait", "1s", "-"], "--wait"],
])("%j can't be answered and is refused", async (words, named) => {
  const { answer, stderr } = await ask(...words);
  expect(answer).toEqual(["", 2]);
  expect(stderr).toContain(named);
});
