import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FORMATS } from "../../src/report/index.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { configuredCorpus, repositoryCorpus } from "../corpus/repository-corpus.ts";
import { runProgram } from "../corpus/run-program.ts";
import { readSnapshot } from "../corpus/scenario-folder.ts";
import { canaryForms, keyMaterial, leaksIn } from "./leaks.ts";
import { plaintextSecret } from "./messages.ts";

/** Every format that is built. */
const BUILT = FORMATS;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "canary-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Scans a file into every format, and into a table on standard output; gives each output by its name. */
async function outputsOf(path: string, flags: readonly string[] = []): Promise<Map<string, Buffer>> {
  const target = mkdtempSync(join(folder, "outputs-"));
  const files = BUILT.flatMap((format) => ["-o", `${format}=${join(target, format)}`]);
  const run = await runProgram(["scan", path, "--all-resources", "--debug", ...files, "-o", "table", ...flags]);
  expect([0, 1, 3]).toContain(run.status);
  return new Map([
    ["standard output", run.stdout],
    ["standard error", Buffer.from(run.stderr)],
    ...readdirSync(target).map((format) => [format, readFileSync(join(target, format))] as const),
  ]);
}

describe("no secret value and no key material is in any output", () => {
  for (const point of repositoryCorpus()) {
    test.concurrent(point.title, async ({ expect: expectHere }) => {
      const forbidden = [...canaryForms(), ...keyMaterial(dirname(point.revisionsFile))];
      // The file holds canaries, so an output could.
      expectHere(leaksIn(readSnapshot(point), canaryForms())).toContain("canary");
      const outputs = await outputsOf(point.file, ["--prefix", point.etcdPrefix]);
      expectHere([...outputs.keys()].sort()).toEqual([...BUILT, "standard error", "standard output"].sort());
      for (const [name, output] of outputs) expectHere([name, leaksIn(output, forbidden)]).toEqual([name, []]);
    });
  }

  for (const { point, path } of configuredCorpus()) {
    test.concurrent(`${point.title}, with the keys given`, async ({ expect: expectHere }) => {
      const forbidden = [...canaryForms(), ...keyMaterial(dirname(point.revisionsFile))];
      const flags = ["--prefix", point.etcdPrefix, "--encryption-config", path];
      for (const [name, output] of await outputsOf(point.file, flags)) {
        expectHere([name, leaksIn(output, forbidden)]).toEqual([name, []]);
      }
    });
  }

  test("damage and errors show no value either", async () => {
    const point = repositoryCorpus().find((candidate) => candidate.title === "a-plaintext/later");
    const whole = gunzipSync(readFileSync(point?.file ?? ""));
    for (const [name, bytes] of [
      ["cut", whole.subarray(0, whole.length * 0.6)],
      ["garbled", whole.map((byte, index) => (index > 8192 && index % 3000 === 0 ? byte ^ 0xff : byte))],
    ] as const) {
      const path = join(folder, `${name}.db`);
      writeFileSync(path, bytes);
      const outputs = await outputsOf(path);
      for (const [format, output] of outputs)
        expect([name, format, leaksIn(output, canaryForms())]).toEqual([name, format, []]);
    }
  });
});

describe("the search finds what it looks for", () => {
  test("a canary in each form, and key material, inside other bytes", () => {
    const canary = Buffer.from("user=CANARY-made-up-g1;");
    const forms = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.from("xyz".slice(0, shift)), canary]).toString("base64"),
    );
    for (const text of [canary.toString(), canary.toString("hex"), ...forms]) {
      expect(leaksIn(Buffer.from(`{"message":"${text}"}`), canaryForms())).toHaveLength(1);
    }
    const config = "secrets:\n  - secret: Un8iEXtWbEq3Pv5EpDLFyRQExrkMew/bzlNtM8HYM/Q=\n";
    writeFileSync(join(folder, "encryption-config.01-made-up.yaml"), config);
    const key = Buffer.from("Un8iEXtWbEq3Pv5EpDLFyRQExrkMew/bzlNtM8HYM/Q=", "base64");
    const found = (output: Buffer): string[] => leaksIn(output, keyMaterial(folder));
    expect(found(Buffer.concat([Buffer.from("a"), key.subarray(9, 17), Buffer.from("b")]))).toEqual(["key material"]);
    expect(found(Buffer.from(`key ${key.toString("hex")}`))).toEqual(["key material in hex"]);
    expect(found(Buffer.from(config))).toEqual(["key material in base64"]);
    expect(found(Buffer.from("nothing of that kind"))).toEqual([]);
  });

  test("a canary that the program does print, in every format but the metrics, which name no object", async () => {
    const path = join(folder, "canary-as-name.db");
    const record = { revision: 2, key: "/registry/secrets/default/CANARY-as-a-name", value: plaintextSecret() };
    writeFileSync(path, etcdSnapshot({ records: [record] }).bytes);
    const outputs = await outputsOf(path);
    outputs.delete("standard error");
    for (const [name, output] of outputs) {
      expect([name, leaksIn(output, canaryForms())]).toEqual([name, name === "prometheus" ? [] : ["canary"]]);
    }
  });
});
