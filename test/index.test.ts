import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as library from "../src/index.ts";
import { etcdSnapshot } from "./bbolt-file/etcd-snapshot.ts";
import { secretRecords } from "./cli/messages.ts";
import { SAMPLE } from "./corpus/repository-corpus.ts";
import { PACKAGE_FOLDER, runProgram } from "./corpus/run-program.ts";

/** The example in the doc comment of the package's entry. */
function documentedExample(): string {
  const entry = readFileSync(join(PACKAGE_FOLDER, "src/index.ts"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(entry)?.[1] ?? "";
  return code.replaceAll(/^ \* ?/gm, "");
}

describe("the package as a library", () => {
  test("the documented example runs as it stands, with the built package", () => {
    const code = documentedExample();
    expect(code).toContain('import { audit } from "etcd-encryption-auditor"');
    const output = execFileSync(
      process.execPath,
      ["--input-type=module", "-e", code.replace('"snapshot.db"', JSON.stringify(SAMPLE))],
      { cwd: PACKAGE_FOLDER, encoding: "utf8" },
    );
    expect(output.split("\n")).toContain("plaintext-value error");
    expect(output.split("\n").filter((line) => line === "plaintext-revision error")).toHaveLength(10);
  });

  test("threads, too, run in a process whose code is on its command line", () => {
    const folder = mkdtempSync(join(tmpdir(), "library-"));
    try {
      const path = join(folder, "large.db");
      const { bytes } = etcdSnapshot({ records: secretRecords(100, 10), trailer: false });
      // From 32 MiB on a thread hashes.
      writeFileSync(path, Buffer.concat([bytes, new Uint8Array(40 * 1024 * 1024)]));
      const code = `import { audit } from "etcd-encryption-auditor";
        const { summary, sources } = await audit({ path: ${JSON.stringify(path)} });
        console.log(summary.areas.head.total, sources[0].incompleteReasons.length, sources[0].sha256.length);`;
      const args = ["--input-type=module", "-e", code];
      expect(execFileSync(process.execPath, args, { cwd: PACKAGE_FOLDER, encoding: "utf8" })).toBe("100 0 64\n");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("a report can be written by what the entry exports, and is the program's own", async () => {
    const result = await library.audit({ path: SAMPLE });
    const reporter = await library.loadReporter("keys");
    let text = "";
    await reporter.write(
      result,
      {
        write: async (chunk) => {
          text += chunk.toString();
        },
      },
      { columns: null, color: false, notice: () => undefined },
    );
    expect(text).toBe((await runProgram(["scan", SAMPLE, "-o", "keys"])).stdout.toString());
  });

  test("errors can be told by the class and code that it exports", async () => {
    const error = await library.audit({ path: "/absent/snapshot.db" }).catch((thrown: unknown) => thrown);
    expect(error instanceof library.AuditError && error.code).toBe("FILE_NOT_FOUND");
  });

  test("every kind of finding has a default level", () => {
    expect(Object.keys(library.DEFAULT_LEVELS).sort()).toEqual([...library.FINDING_KINDS].sort());
  });

  test("the schema of its reports is part of the package", () => {
    const code = 'console.log(import.meta.resolve("etcd-encryption-auditor/schema/report-1.0.schema.json"))';
    const url = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
      cwd: PACKAGE_FOLDER,
      encoding: "utf8",
    });
    expect(JSON.parse(readFileSync(new URL(url.trim()), "utf8"))).toHaveProperty("$schema");
  });
});
