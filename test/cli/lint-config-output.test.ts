import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { type Run, runProgram } from "../corpus/run-program.ts";
import { keyMaterial, leaksIn } from "./leaks.ts";
import { FIXTURES, fixture, folder, SOUND, written } from "./lint-program.ts";
import { expectOneLine } from "./messages.ts";

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
