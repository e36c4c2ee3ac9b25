import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SAMPLE } from "../corpus/repository-corpus.ts";
import { PACKAGE_FOLDER, PROGRAM, programEnvironment } from "../corpus/run-program.ts";
import { expectOneLine } from "./messages.ts";
import { run } from "./run-command-line.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "speech-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Whether there is a program that runs another on a terminal. */
function hasScript(): boolean {
  return spawnSync("script", ["--version"]).status === 0;
}

describe("how the program speaks", () => {
  const INCOMPLETE = ["scan", SAMPLE, "--namespace", "no-such"];

  test("an incomplete scan says why on standard error, in one line; --quiet leaves that to the report", () => {
    const { status, stderr } = run(INCOMPLETE);
    expect(status).toBe(3);
    expectOneLine(stderr);
    expect(stderr).toMatch(/^etcd-encryption-auditor: incomplete: .*no-such/);
    const quiet = run([...INCOMPLETE, "--quiet"]);
    expect([quiet.status, quiet.stderr]).toEqual([3, ""]);
    expect(quiet.stdout).toContain("no-such");
  });

  test("--quiet does not hide why nothing was scanned", () => {
    const { status, stderr } = run(["scan", join(folder, "absent.db"), "--quiet"]);
    expect(status).toBe(2);
    expectOneLine(stderr);
  });

  test("without a terminal there is no colour and no progress, whatever the flags", () => {
    for (const env of [{}, { NO_COLOR: "1" }, { TERM: "xterm-256color" }]) {
      for (const flags of [[], ["--no-color"]]) {
        const { stdout, stderr } = run(["scan", SAMPLE, ...flags], env);
        expect(stdout).not.toContain("\u001b");
        expect(stderr).toBe("");
      }
    }
  });

  test.skipIf(!hasScript())("on a terminal the table has colours, unless NO_COLOR or --no-color asks for none", () => {
    const command = (flags: string) => `'${process.execPath}' '${PROGRAM}' scan '${SAMPLE}' ${flags}`;
    const onTerminal = (flags: string, env: NodeJS.ProcessEnv = {}): string =>
      spawnSync("script", ["-qec", command(flags), "/dev/null"], {
        env: { ...programEnvironment(), TERM: "xterm-256color", ...env },
        encoding: "utf8",
      }).stdout;
    expect(onTerminal("")).toContain("\u001b[");
    expect(onTerminal("--no-color --quiet")).not.toContain("\u001b[3");
    expect(onTerminal("--quiet", { NO_COLOR: "1" })).not.toContain("\u001b[3");
    expect(onTerminal("--quiet", { NO_COLOR: "" })).toContain("\u001b[3");
  });

  test("--debug adds the stack trace to the line of an error, and nothing to a report", () => {
    const { status, stderr } = run(["scan", join(folder, "absent.db"), "--debug"]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^etcd-encryption-auditor: /);
    expect(stderr).toMatch(/^\s+at /m);
    const env = { SOURCE_DATE_EPOCH: "1" };
    expect(run(["scan", SAMPLE, "--debug"], env).stdout).toBe(run(["scan", SAMPLE], env).stdout);
  });

  test.each([
    ["a path", ["scan", "/absent/\u001b[31m\nx"]],
    ["a namespace", ["scan", SAMPLE, "--namespace", "\u001b]0;title\u0007"]],
    ["a prefix", ["scan", SAMPLE, "--prefix", "/a\u202eb\r\n"]],
    ["a flag", ["scan", SAMPLE, "--\u001b[2J"]],
    ["a command", ["\u001b[2J"]],
  ])("what a terminal would obey in %s is made visible, and the message stays one line", (_, args) => {
    const { status, stderr } = run(args);
    expect([2, 3]).toContain(status);
    expectOneLine(stderr);
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("help and version", () => {
  test.each([["--version"], ["-V"]])("%s is the package's", (flag) => {
    const { version } = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "package.json"), "utf8")) as { version: string };
    expect(run([flag])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help names the commands and exit codes", () => {
    const { status, stdout, stderr } = run(["--help"]);
    expect([status, stderr]).toEqual([0, ""]);
    for (const word of ["scan", "demo", "Exit codes", "130"]) expect(stdout).toContain(word);
    expect(run(["help"]).stdout).toBe(stdout);
  });

  test("help of scan names every flag, and no line is wider than 80 columns", () => {
    const { status, stdout } = run(["scan", "--help"]);
    expect(status).toBe(0);
    expect(run(["help", "scan"]).stdout).toBe(stdout);
    const flags = [
      "--prefix",
      "--resource",
      "--all-resources",
      "--namespace",
      "--history",
      "--no-history",
      "--no-residue",
    ];
    for (const flag of [...flags, "--cluster", "--output", "--level", "--fail-on", "--quiet", "--no-color", "--debug"])
      expect(stdout).toMatch(new RegExp(`(^|\\s)${flag}\\b`, "m"));
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test.each([[["help", "scan"]], [["--help"]], [["--version"]], [["demo"]]])(
    "%j into a pipe that nobody reads is exit 141, without a stack trace",
    (args) => {
      const command = `{ '${process.execPath}' '${PROGRAM}' ${args.join(" ")} --quiet; echo "status $?" >&2; } | true`;
      const words = args[0] === "demo" ? command : command.replace(" --quiet", "");
      const { stderr } = spawnSync("sh", ["-c", words], { env: programEnvironment(), encoding: "utf8" });
      expect(stderr).toBe("status 141\n");
    },
  );
});

describe("demo", () => {
  test("scans the sample, exits 0 and says what a scan of it would exit with", () => {
    const { status, stdout, stderr } = run(["demo"], { SOURCE_DATE_EPOCH: "1" });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^FAIL /);
    expect(stdout).toContain("/registry/secrets/");
    expectOneLine(stderr);
    expect(stderr).toContain("would exit with 1");
  });

  test("takes no path and no flags of scan", () => {
    expect(run(["demo", SAMPLE]).status).toBe(2);
    expect(run(["demo", "-o", "json"]).status).toBe(2);
    expect(run(["demo", "--quiet"])).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("flags of commands that are not built yet are refused by name", () => {
  test.each(["--retire", "--next", "--destroy", "--wait", "--residue=yes"])("%s", (flag) => {
    const { status, stdout, stderr } = run(["scan", SAMPLE, flag, "x"]);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expectOneLine(stderr);
    expect(stderr).toContain(flag.split("=")[0]);
  });

  test("after -- a flag is a path", () => {
    const { status, stderr } = run(["scan", "--", "--residue"]);
    expect(status).toBe(2);
    expect(stderr).toContain("--residue: no such file");
  });
});
