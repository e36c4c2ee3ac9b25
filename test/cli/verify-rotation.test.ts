import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, test } from "vitest";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { PACKAGE_FOLDER, runProgram } from "../corpus/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "verify-rotation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string) => join(FIXTURES, name);
const OLD = "secretbox/encryption-key-2022-01";
const TOO_EARLY = fixture("v-kubermatic-too-early");
const TWO_SERVERS = fixture("p-two-servers");

/** The first words of the answer and the exit code. */
async function ask(...args: readonly string[]): Promise<readonly [string, number | null]> {
  const { stdout, status } = await runProgram(["verify-rotation", ...args]);
  return [stdout.toString().split(":", 1)[0] ?? "", status];
}

interface RotationReport {
  readonly verdict: string;
  readonly rotation: {
    readonly removeFromConfig: string;
    readonly destroyKey: string;
    readonly ledger: readonly unknown[];
  };
  readonly findings: readonly { readonly kind: string; readonly key: string; readonly location: string }[];
}

async function report(...args: readonly string[]): Promise<RotationReport> {
  const { stdout } = await runProgram(["verify-rotation", ...args, "-o", "json"]);
  return JSON.parse(stdout.toString()) as RotationReport;
}

describe("a rotation by the book", () => {
  test.each([
    ["swapped", "NOT SAFE", 1],
    ["secrets-re-encrypted", "NOT SAFE", 1],
    ["re-encrypted", "NOT SAFE YET", 1],
    ["old-key-removed", "NOT SAFE YET", 1],
  ])("at %s: the old key is %s", async (point, words, status) => {
    expect(await ask("--retire", OLD, fixture(`t-kubermatic/${point}.db.gz`))).toEqual([words, status]);
  });

  test("is over when compaction has removed what was superseded", async () => {
    expect(await ask("--retire", "aescbc/key1", join(TWO_SERVERS, "agreed-compacted.db.gz"))).toEqual(["SAFE", 0]);
  });
});

test("the next configuration can't read exactly the values that the API server failed on", async () => {
  const next = join(TOO_EARLY, "encryption-config.04-old-removed.yaml");
  const { findings, verdict } = await report("--next", next, join(TOO_EARLY, "removed-too-early.db.gz"));
  const live = findings.filter(({ location }) => location === "head").map(({ key }) => key);
  expect(verdict).toBe("fail");
  expect(live).toEqual(failedOn());
  const back = join(TOO_EARLY, "encryption-config.05-old-back.yaml");
  expect(await ask("--next", back, join(TOO_EARLY, "removed-too-early.db.gz"))).toEqual(["SAFE", 0]);
});

/** The keys of the objects that the API server could not give out, once the old key was gone. */
function failedOn(): readonly string[] {
  const text = gunzipSync(readFileSync(join(TOO_EARLY, "expected.json.gz"))).toString();
  const { what_happened } = JSON.parse(text) as {
    what_happened: { watch_cache_off: { get: Readonly<Record<string, { readonly code: number | null }>> } };
  };
  const answers = Object.entries(what_happened.watch_cache_off.get);
  return answers.flatMap(([key, { code }]) => (code === 200 ? [] : [key])).sort();
}

describe("while two servers write with different keys", () => {
  test.each([
    ["disagreeing", "NOT SAFE"],
    ["agreed", "NOT SAFE"],
  ])("at %s no key may go, whatever needs it", async (point, words) => {
    expect(await ask("--retire", "aescbc/key1", join(TWO_SERVERS, `${point}.db.gz`))).toEqual([words, 1]);
  });
});

describe("several sources", () => {
  const cluster = join(TWO_SERVERS, "agreed-compacted.db.gz");
  const backup = join(TWO_SERVERS, "one-key.db.gz");

  test("the file that goes furthest stands for the cluster, a backup that needs the key forbids to destroy it", async () => {
    expect(await ask("--retire", "aescbc/key1", backup, cluster)).toEqual(["SAFE", 0]);
    expect(await ask("--retire", "aescbc/key1", "--destroy", backup, cluster)).toEqual(["NOT SAFE", 1]);
    const { rotation } = await report("--retire", "aescbc/key1", backup, cluster);
    expect(rotation).toMatchObject({ removeFromConfig: "safe", destroyKey: "not-safe" });
  });

  test("with no backup named nobody can tell whether it may be destroyed", async () => {
    expect(await ask("--retire", "aescbc/key1", "--destroy", cluster)).toEqual(["UNKNOWN", 3]);
  });

  test("a backup that can't be read to its end makes every answer unknown", async () => {
    const cut = join(folder, "cut.db");
    writeFileSync(cut, gunzipSync(readFileSync(backup)).subarray(0, 100_000));
    expect(await ask("--retire", "aescbc/key1", cut, cluster)).toEqual(["UNKNOWN", 3]);
  });
});

test("a key that a configuration still writes with is needed, even by no value", async () => {
  const cluster = join(TWO_SERVERS, "agreed-compacted.db.gz");
  const configuration = join(TWO_SERVERS, "encryption-config.02-key1-key2.yaml");
  const args = ["--retire", "aescbc/key1", cluster, "--encryption-config", configuration];
  expect(await ask(...args)).toEqual(["NOT SAFE", 1]);
});

test("a key that nobody knows is exit 2 and names those that were seen", async () => {
  const run = await runProgram(["verify-rotation", "--retire", "aescbc/kye1", join(TWO_SERVERS, "agreed.db.gz")]);
  expect([run.status, run.stdout.toString()]).toEqual([2, ""]);
  expect(run.stderr).toContain("aescbc/key1, aescbc/key2, identity");
});

test.each([
  ["--resource", "secrets"],
  ["--all-resources"],
  ["--namespace", "default"],
  ["--no-history"],
  ["--revision", "5"],
  ["--level", "stale-key=off"],
  ["--fail-on", "note"],
  ["--baseline", "old.json"],
])("%s would narrow the answer and is refused", async (...flag) => {
  const run = await runProgram(["verify-rotation", "--retire", "identity", ...flag, join(TWO_SERVERS, "agreed.db.gz")]);
  expect([run.status, run.stdout.toString()]).toEqual([2, ""]);
  expect(run.stderr).toContain(flag[0]);
});

test.each([[[]], [["--retire", "aescbc/key1", "--next", "next.yaml"]], [["--next", "next.yaml", "--destroy"]]])(
  "one thing is asked: %j is not",
  async (flags) => {
    const run = await runProgram(["verify-rotation", ...flags, join(TWO_SERVERS, "agreed.db.gz")]);
    expect(run.status).toBe(2);
  },
);

test("the JSON report is valid and has the ledger", async () => {
  const schema = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "schema/report-1.0.schema.json"), "utf8")) as object;
  const result = await report("--retire", "aescbc/key1", join(TWO_SERVERS, "disagreeing.db.gz"));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect(validate(result)).toBe(true);
  expect(result.rotation.ledger).toContainEqual({
    key: "aescbc/key1",
    source: 0,
    head: 26,
    history: 15,
    residue: 2,
    wal: 0,
  });
});

test("--wait asks again until the time is over, and then gives the last answer", async () => {
  const run = await runProgram([
    "verify-rotation",
    "--retire",
    "aescbc/key1",
    "--wait",
    "1s",
    join(TWO_SERVERS, "disagreeing.db.gz"),
  ]);
  expect(run.status).toBe(1);
  expect(run.stdout.toString()).toMatch(/^NOT SAFE: /);
  expect(run.stderr).toMatch(/not safe yet \(\d+ findings\); asking again/);
});

describe("a store that holds more than the API server's objects", () => {
  const NEXT = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aescbc: {keys: [{name: key2, secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}]}
  - identity: {}
`;
  const OBJECT = '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}';
  const UNDER_KEY1 = `k8s:enc:aescbc:v1:key1:${"0123456789abcdef".repeat(2)}`;

  function store(name: string, key: string, value: string): readonly string[] {
    const next = join(folder, `${name}.yaml`);
    const path = join(folder, `${name}.db`);
    writeFileSync(next, NEXT);
    const records = [
      { revision: 2, key: "/registry/secrets/default/a", value: OBJECT },
      { revision: 3, key, value },
    ];
    writeFileSync(path, etcdSnapshot({ records }).bytes);
    return ["--next", next, path];
  }

  test("another program's keys don't matter", async () => {
    expect(await ask(...store("other", "/other/thing", "text"))).toEqual(["SAFE", 0]);
  });

  test.each([
    ["nobody's", "foo"],
    ["above the prefix", "/registry"],
    ["never encrypted", "/registry/ranges/serviceips"],
  ])("a value under a key that is %s, which no key of FILE opens, is named", async (name, key) => {
    const args = store(name, key, UNDER_KEY1);
    expect(await ask(...args)).toEqual(["NOT SAFE", 1]);
    expect((await report(...args)).findings).toMatchObject([{ kind: "unreadable-after", key }]);
  });

  test("Kubernetes' keys under a prefix that was not named make the answer unknown where resources matter", async () => {
    const args = store("unlooked", "/mine/secrets/default/x", OBJECT);
    expect(await ask(...args)).toEqual(["UNKNOWN", 3]);
    expect(await ask(...args, "--prefix", "/registry", "--prefix", "/mine")).toEqual(["SAFE", 0]);
    expect(await ask("--retire", "identity", ...args.slice(2))).toEqual(["UNKNOWN", 3]);
  });
});
