import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Report, reportJsonSchema } from "../../src/report/schema.ts";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { PACKAGE_FOLDER, type Run, runProgram } from "../corpus/run-program.ts";
import { keyMaterial, leaksIn } from "./leaks.ts";
import { expectOneLine } from "./messages.ts";

const FIXTURES = join(PACKAGE_FOLDER, "test/fixtures");
const SOUND = configurationText(block("secrets", local("secretbox", ["a", KEY_A]), "identity: {}"));
const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(reportJsonSchema());
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-config-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a configuration that only its owner may read. */
function written(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

/** A copy of a file of the fixtures that only its owner may read. */
function fixture(name: string): string {
  const path = join(folder, name.replaceAll("/", "-"));
  copyFileSync(join(FIXTURES, name), path);
  chmodSync(path, 0o600);
  return path;
}

async function linted(
  ...args: readonly string[]
): Promise<{ readonly status: number | null; readonly report: Report }> {
  const { status, stdout } = await runProgram(["lint-config", "-o", "json", ...args]);
  const report = JSON.parse(stdout.toString()) as Report;
  expect([isValid(report), isValid.errors]).toEqual([true, null]);
  expect(report).toMatchObject({ command: "lint-config", sources: [], exitCode: status });
  return { status, report };
}

const places = ({ findings }: Report) => findings.map(({ kind, line }) => [line, kind]);

describe("one configuration", () => {
  test("a sound one is exit 0 and pass, and the report tells its rules", async () => {
    const path = written("sound.yaml", SOUND);
    const { status, report } = await linted(path, "--cluster", "one");
    expect(status).toBe(0);
    expect(report).toMatchObject({ verdict: "pass", cluster: "one", findings: [], looked: { configuration: true } });
    expect(report.configs).toMatchObject([
      {
        path,
        kind: "EncryptionConfiguration",
        resources: [{ resource: "secrets", writeKey: "secretbox/a", readKeys: ["secretbox/a", "identity"] }],
      },
    ]);
  });

  test("the 1.11 page's sample is refused with its line: exit 1", async () => {
    const { status, report } = await linted(fixture("documentation/kubernetes-1.11-kms.yaml"));
    expect(status).toBe(1);
    expect(places(report)).toEqual([[11, "config-refused"]]);
    expect(report.configs).toMatchObject([{ kind: null, resources: [] }]);
  });

  test("the 1.13 page's sample: identity first and three published keys, each with its names", async () => {
    const path = fixture("documentation/kubernetes-1.13-providers.yaml");
    const { status, report } = await linted(path);
    expect(status).toBe(1);
    expect(report.findings[0]).toMatchObject({
      kind: "config-identity-first",
      level: "error",
      resource: "secrets",
      file: path,
      line: 7,
      source: null,
      message: "Identity is the first provider of secrets: secrets are written unencrypted",
    });
    const published = report.findings.filter(({ kind }) => kind === "config-published-key");
    expect(published.map(({ line, provider, keyName }) => [line, provider, keyName])).toEqual([
      [11, "aesgcm", "key1"],
      [13, "aesgcm", "key2"],
      [17, "aescbc", "key1"],
      [19, "aescbc", "key2"],
      [23, "secretbox", "key1"],
    ]);
    expect(report.summary.findings).toMatchObject({ error: 6, byKind: { "config-published-key": 5 } });
  });

  test.each([
    ["documentation/kubernetes-new-configuration.yaml", "placeholder"],
    ["documentation/kubermatic-rendered.yaml", "holds a `$`"],
    ["documentation/kubermatic-cluster.yaml", 'kind "Cluster"'],
  ])("%s is refused: %s", async (name, words) => {
    const { status, report } = await linted(fixture(name));
    expect([status, report.findings.length]).toEqual([1, 1]);
    expect(report.findings[0]?.message).toContain(words);
  });

  test.each([
    ["nothing", ""],
    ["bytes that are no text", new Uint8Array([0, 159, 146, 150])],
    ["a Secret", "apiVersion: v1\nkind: Secret\n"],
  ])("%s is refused, which is exit 1", async (_, content) => {
    const { status, report } = await linted(written("odd.yaml", content));
    expect([status, report.findings.map(({ kind }) => kind)]).toEqual([1, ["config-refused"]]);
  });

  test("a file that others may read is a warning, one from standard input has no mode", async () => {
    const path = written("open.yaml", SOUND);
    chmodSync(path, 0o644);
    const { status, report } = await linted(path);
    expect([status, report.verdict, places(report)]).toEqual([0, "pass", [[1, "config-file-mode"]]]);
    const run = await runProgram(["lint-config", "-", "-o", "json"], { stdin: Buffer.from(SOUND) });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout.toString())).toMatchObject({ findings: [], configs: [{ path: "standard input" }] });
  });
});

describe("several configurations", () => {
  test("of servers that write with different keys are exit 1, by file and line", async () => {
    const first = fixture("c-aescbc-rotation/encryption-config.01-key1.yaml");
    const second = fixture("c-aescbc-rotation/encryption-config.03-key2-key1.yaml");
    const { status, report } = await linted(first, second);
    expect(status).toBe(1);
    expect(new Set(report.findings.map(({ kind }) => kind))).toEqual(new Set(["config-servers-differ"]));
    expect(report.findings[0]).toMatchObject({ file: second, line: 6, resource: "secrets" });
    expect(report.configs.map(({ path }) => path)).toEqual([first, second]);
  });

  test("findings come by file in the order given, then by line", async () => {
    const [b, a] = ["b.yaml", "a.yaml"].map((name) =>
      written(name, configurationText(block("secrets", "identity: {}", local("aesgcm", ["k", KEY_A])), "- {}\n")),
    );
    const { report } = await linted(b ?? "", a ?? "");
    const files = report.findings.map(({ file }) => file);
    expect([...new Set(files)]).toEqual([b, a]);
    expect(files).toEqual([...files].sort().reverse());
    for (const path of [a, b]) {
      const lines = report.findings.filter(({ file }) => file === path).map(({ line }) => line ?? 0);
      expect(lines).toEqual([...lines].sort((x, y) => x - y));
    }
  });

  test("one given twice is one", async () => {
    const path = fixture("documentation/kubernetes-1.11-kms.yaml");
    const { report } = await linted(path, path);
    expect([report.findings.length, report.configs.length]).toEqual([1, 1]);
  });
});

describe("fingerprints", () => {
  const fingerprints = async (text: string) =>
    (await linted(written("fingerprint.yaml", text))).report.findings.map(({ fingerprint }) => fingerprint);
  const weak = (name: string) => local("aescbc", [name, Buffer.alloc(16, "ab").toString("base64")]);

  test("stay when lines move, and tell findings of one kind apart", async () => {
    const text = configurationText(block("secrets", weak("a"), weak("b")), block("configmaps", weak("a")));
    const before = await fingerprints(text);
    expect(before.length).toBeGreaterThan(2);
    expect(new Set(before).size).toBe(before.length);
    expect(await fingerprints(`# moved\n\n${text}`)).toEqual(before);
  });
});

describe("policy", () => {
  const legacy = () => fixture("documentation/kubernetes-1.11-kms-blank-before-colon.yaml");

  test.each([
    [[], 0],
    [["--fail-on", "warning"], 1],
    [["--fail-on", "note"], 1],
    [["--fail-on", "warning", "--level", "config-kms-v1=off", "--level", "config-legacy-kind=note"], 0],
    [["--level", "config-kms-v1=error"], 1],
  ])("%j is exit %d, and the verdict stays", async (flags, expected) => {
    const { status, report } = await linted(legacy(), ...flags);
    expect([status, report.verdict]).toEqual([expected, "pass"]);
  });

  test("of an error switched off is exit 0, fail all the same", async () => {
    const { status, report } = await linted(
      fixture("documentation/kubernetes-1.11-kms.yaml"),
      "--level",
      "config-refused=off",
    );
    expect([status, report.verdict, report.findings[0]?.level]).toEqual([0, "fail", "off"]);
  });
});

describe("the table", () => {
  test("gives each finding a line with file and line, what it is, and what to write instead", async () => {
    const path = fixture("documentation/kubernetes-1.13-providers.yaml");
    const { status, stdout, stderr } = await runProgram(["lint-config", path]);
    expect([status, stderr]).toEqual([1, ""]);
    const lines = stdout.toString().split("\n");
    expect(lines[0]).toBe("FAIL (not looked at: stored values)");
    const start = lines.indexOf(`  ${path}:7`);
    const [level, , toDo] = lines.slice(start + 1);
    expect(level).toMatch(/^ {4}error: Identity is the first provider of secrets/);
    expect(toDo).toMatch(/^ {4}To do: Put aesgcm\/key1 before identity/);
    expect(lines.filter((line) => /^ {2}\S+:\d+$/.test(line))).toHaveLength(8);
    for (const line of lines) if (!line.includes(folder)) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("of a sound configuration says that nothing was found, and what each rule does", async () => {
    const { status, stdout } = await runProgram(["lint-config", written("sound.yaml", SOUND)]);
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^PASS [^\n]*\n\nNothing found in the configuration\./);
    expect(stdout.toString()).toMatch(/^ {2}secrets +secretbox\/a +secretbox\/a, identity$/m);
  });

  test("stops after 200 findings and says where the rest is", async () => {
    const names = Array.from(
      { length: 250 },
      (_, index) => `- resources: [Bad${index}]\n  providers: [{identity: {}}]\n`,
    );
    const { stdout } = await runProgram(["lint-config", written("many.yaml", configurationText(...names))]);
    expect(stdout.toString()).toContain("and 50 more findings: -o json");
  });

  test("shows nothing that a terminal would obey", async () => {
    const name = "odd \u001b[31m.yaml";
    const { stdout } = await runProgram(["lint-config", written(name, "kind: \u0007x")]);
    expect(stdout.toString()).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stdout.toString()).toContain("odd \\x1b[31m.yaml:1");
  });

  test("goes with csv in one run", async () => {
    const file = join(folder, "report.csv");
    await runProgram([
      "lint-config",
      fixture("documentation/kubernetes-1.11-kms.yaml"),
      "-o",
      "table",
      "-o",
      `csv=${file}`,
    ]);
    expect(readFileSync(file, "utf8").split("\r\n")[1]).toMatch(/^config-refused,error,.*,11,/);
  });
});

describe("what can't be used is exit 2, in one line", () => {
  test.each([
    ["no file", () => [], "file"],
    ["a file that is not there", () => [join(folder, "absent.yaml")], "absent.yaml: no such file"],
    ["a folder", () => [folder], "is a folder"],
    ["one of several that is not there", () => [written("sound.yaml", SOUND), join(folder, "absent.yaml")], "absent"],
    ["a file without end", () => ["/dev/zero"], "longer than 16 MiB"],
    ["a list of values", () => [written("sound.yaml", SOUND), "-o", "keys"], "keys"],
    ["an inventory", () => [written("sound.yaml", SOUND), "-o", "inventory=x"], "inventory"],
    ["a flag of scan", () => [written("sound.yaml", SOUND), "--prefix", "/x"], "--prefix"],
    ["an unknown kind", () => [written("sound.yaml", SOUND), "--level", "config-x=off"], "config-refused"],
  ])("%s", async (_, args, words) => {
    const { status, stdout, stderr } = await runProgram(["lint-config", ...args()]);
    expect([status, stdout.length]).toEqual([2, 0]);
    expectOneLine(stderr);
    expect(stderr).toContain(words);
  });

  test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const path = written("closed.yaml", SOUND);
    chmodSync(path, 0o000);
    expect((await runProgram(["lint-config", path])).status).toBe(2);
  });
});

test("help names every flag, and no line is wider than 80 columns", async () => {
  const { status, stdout } = await runProgram(["lint-config", "--help"]);
  expect(status).toBe(0);
  for (const word of ["--output", "--level", "--fail-on", "--cluster", "Exit codes"])
    expect(stdout.toString()).toContain(word);
  for (const line of stdout.toString().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

describe("no output holds a key", () => {
  const outputs = async (paths: readonly string[]): Promise<readonly Run[]> =>
    Promise.all(
      ["table", "json", "csv"].map((format) => runProgram(["lint-config", ...paths, "-o", format, "--debug"])),
    );

  const folders = readdirSync(FIXTURES).filter((name) => /^[a-z]-/.test(name) && name !== "a-plaintext");
  test.each(folders)("of the configurations of %s", async (name) => {
    const paths = readdirSync(join(FIXTURES, name)).filter((file) => file.startsWith("encryption-config."));
    const forbidden = keyMaterial(join(FIXTURES, name));
    for (const { status, stdout, stderr } of await outputs(paths.map((path) => join(FIXTURES, name, path)))) {
      expect([0, 1]).toContain(status);
      expect(leaksIn(Buffer.concat([stdout, Buffer.from(stderr)]), forbidden)).toEqual([]);
    }
  });

  test("of one that is broken in the line of a key", async () => {
    const broken = join(folder, "broken");
    mkdirSync(broken);
    const texts = [
      SOUND.replace(KEY_A, `${KEY_B}\n    ${KEY_A}`),
      configurationText(block("secrets", local("secretbox", [KEY_A, "a"]))),
      SOUND.replace("secrets", KEY_A.slice(0, -1)),
      SOUND.replace("identity", KEY_A.slice(0, -1)),
      `secret: ${KEY_A}\n`,
    ];
    for (const [index, text] of texts.entries()) writeFileSync(join(broken, `encryption-config.${index}.yaml`), text);
    writeFileSync(join(broken, "encryption-config.keys"), `secret: ${KEY_A}\nsecret: ${KEY_B}\n`);
    const forbidden = keyMaterial(broken);
    expect(forbidden.length).toBeGreaterThan(50);
    for (const index of texts.keys()) {
      for (const { status, stdout, stderr } of await outputs([join(broken, `encryption-config.${index}.yaml`)])) {
        expect([0, 1]).toContain(status);
        expect(leaksIn(Buffer.concat([stdout, Buffer.from(stderr)]), forbidden)).toEqual([]);
      }
    }
  });
});
