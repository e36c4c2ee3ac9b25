import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { InventoryRow } from "../../../src/model/stored-value.ts";
import { collect } from "../collect.ts";
import { sourceFinding } from "../sample-reports.ts";
import { sampleResult, value, valueFinding } from "../sample-result.ts";
import { FakePrograms, SHELLS } from "./fake-programs.ts";

const NAMES = ["a", "b", "c"];

function plaintext(rows: readonly InventoryRow[]): Promise<string> {
  const found = rows.map((row) => valueFinding("plaintext-value", row));
  return collect("remediation", sampleResult({ stored: rows, found })).then(({ text }) => text);
}

const secrets = (names: readonly string[]) => names.map((name) => value({ name }));

describe.each(SHELLS)("a script of unencrypted secrets, run by %s", (shell) => {
  let fake: FakePrograms;
  let script: string;

  beforeEach(async () => {
    fake = await FakePrograms.make();
    await fake.store("secrets", "default", NAMES);
    script = await plaintext(secrets(NAMES));
  });
  afterEach(() => fake.close());

  test("shows what it would do and calls nothing, until it is told to", async () => {
    const { status, stdout, calls } = await fake.run(shell, script);
    expect(status).toBe(0);
    expect(stdout).toContain("would replace 3 of secrets in namespace default:\n  a\n  b\n  c\n");
    expect(stdout).toContain("would compact etcd");
    expect(stdout).toContain("Nothing was changed");
    expect(calls).toEqual([]);
  });

  test("rewrites, compacts up to the newest revision, and defragments the leader last", async () => {
    const { status, stdout, calls } = await fake.run(shell, script, ["--apply"]);
    expect(status).toBe(0);
    expect(await fake.changed()).toEqual(["replace kind/a", "replace kind/b", "replace kind/c"]);
    expect(stdout).toContain("kubectl speaks to: test-context");
    expect(stdout).toContain("3 objects rewritten, 0 no longer there, 0 failed");
    expect(calls).toContain(
      "kubectl [get] [secrets] [--namespace=default] [--ignore-not-found] [-o] [json] [--] [a] [b] [c]",
    );
    expect(calls).toContain("etcdctl [compact] [--physical] [5012] at https://a");
    expect(calls.filter((call) => call.startsWith("etcdctl [defrag]"))).toEqual([
      "etcdctl [defrag] at https://b",
      "etcdctl [defrag] at https://c",
      "etcdctl [defrag] at https://a",
    ]);
  });

  test("tries again what met a conflict, and only that", async () => {
    await fake.conflict("b", 2);
    const { status, calls } = await fake.run(shell, script, ["--apply", "rewrite"]);
    expect(status).toBe(0);
    expect(await fake.changed()).toEqual(["replace kind/a", "replace kind/c", "replace kind/b"]);
    expect(calls.filter((call) => call.includes("[json]")).map((call) => call.replace(/.*\[--\] /, ""))).toEqual([
      "[a] [b] [c]",
      "[b]",
      "[b]",
    ]);
    expect(calls.filter((call) => call.startsWith("sleep"))).toHaveLength(2);
  });

  test("counts what failed, names it, leaves etcd as it is, and exits with 1", async () => {
    await fake.conflict("b", 99);
    const { status, stdout, stderr, calls } = await fake.run(shell, script, ["--apply"]);
    expect(status).toBe(1);
    expect(stdout).toContain("2 objects rewritten, 0 no longer there, 1 failed");
    expect(stderr).toContain("failed: secrets in namespace default: b");
    expect(calls.filter((call) => /\[(compact|defrag)\]/.test(call))).toEqual([]);
  });

  test("an object that can't be read is a failure, and the others are rewritten", async () => {
    await fake.store("secrets", "default", ["b"], "unreadable");
    const { status, stdout } = await fake.run(shell, script, ["--apply", "rewrite"]);
    expect(status).toBe(1);
    expect(stdout).toContain("2 of 3 of secrets in namespace default done, 0 gone, 1 failed");
  });

  test("objects that are gone need nothing", async () => {
    const gone = await plaintext(secrets(["a", "gone", "lost"]));
    const { status, stdout, calls } = await fake.run(shell, gone, ["--apply", "rewrite"]);
    expect(status).toBe(0);
    expect(stdout).toContain("1 objects rewritten, 2 no longer there, 0 failed");
    expect(calls.filter((call) => call.startsWith("sleep"))).toEqual([]);
  });

  test("can be run again", async () => {
    await fake.run(shell, script, ["--apply"]);
    await fake.failEtcdctl("compact", 1, "Error: etcdserver: mvcc: required revision has been compacted\n");
    const { status, stdout } = await fake.run(shell, script, ["--apply"]);
    expect(status).toBe(0);
    expect(stdout).toContain("compacted up to revision 5012 already");
  });

  test("takes only the steps that are named", async () => {
    const { status, calls } = await fake.run(shell, script, ["--apply", "defragment"]);
    expect(status).toBe(0);
    expect(await fake.changed()).toEqual([]);
    expect(calls.every((call) => /^etcdctl \[(endpoint|defrag)\]/.test(call))).toBe(true);
  });

  test("stops at the first member that does not come back", async () => {
    await fake.failEtcdctl("defrag", 1, "context deadline exceeded\n");
    const { status, stderr, calls } = await fake.run(shell, script, ["--apply", "defragment"]);
    expect(status).toBe(1);
    expect(stderr).toContain("defragment: https://b failed or is not well again");
    expect(calls.filter((call) => call.startsWith("etcdctl [defrag]"))).toHaveLength(1);
  });

  test("a compaction that fails keeps the members from being defragmented", async () => {
    await fake.failEtcdctl("compact", 1, "Error: permission denied\n");
    const { status, stderr, calls } = await fake.run(shell, script, ["--apply", "compact", "defragment"]);
    expect(status).toBe(1);
    expect(stderr).toContain("compact: Error: permission denied");
    expect(calls.filter((call) => call.startsWith("etcdctl [defrag]"))).toEqual([]);
  });

  test("changes nothing where a program is missing or no API server answers", async () => {
    await fake.serve([], []);
    const silent = await fake.run(shell, script, ["--apply"]);
    expect([silent.status, await fake.changed()]).toEqual([2, []]);
    await fake.serve(["secrets"], []);
    await fake.remove("etcdctl");
    const bare = await fake.run(shell, script, ["--apply"]);
    expect([bare.status, await fake.changed()]).toEqual([2, []]);
    expect(bare.stderr).toContain("etcdctl is not on this machine");
    expect((await fake.run(shell, script, ["--apply", "rewrite"])).status).toBe(0);
  });

  test("a word that it does not know is exit 2", async () => {
    const { status, stderr, calls } = await fake.run(shell, script, ["--aply"]);
    expect([status, calls]).toEqual([2, []]);
    expect(stderr).toMatch(/^usage: sh \S+ \[--apply\]/);
  });

  test("a resource of another scope than its keys have is not touched", async () => {
    const script = await plaintext([value({ namespace: null, name: "a" })]);
    const { status, stderr, calls } = await fake.run(shell, script, ["--apply", "rewrite"]);
    expect(status).toBe(1);
    expect(stderr).toContain("the API server does not serve secrets");
    expect(calls.some((call) => call.includes("[get]"))).toBe(false);
  });

  test("what fails as a whole is given up after one batch, and all of it is counted", async () => {
    const names = Array.from({ length: 250 }, (_, index) => `n${String(index).padStart(3, "0")}`);
    await fake.store("secrets", "default", names, "unreadable");
    const script = await plaintext(secrets(names));
    const { status, stdout, calls } = await fake.run(shell, script, ["--apply", "rewrite"]);
    expect(status).toBe(1);
    expect(stdout).toContain("0 objects rewritten, 0 no longer there, 250 failed");
    expect(calls.filter((call) => call.startsWith("kubectl [replace]")).length).toBeLessThanOrEqual(5);
  });

  test("objects are asked for by ten and written by a hundred", async () => {
    const names = Array.from({ length: 213 }, (_, index) => `n${String(index).padStart(3, "0")}`);
    await fake.store("secrets", "default", names);
    const { calls } = await fake.run(shell, await plaintext(secrets(names)), ["--apply", "rewrite"]);
    expect(await fake.changed()).toEqual(names.map((name) => `replace kind/${name}`));
    const sizes = calls.filter((call) => call.includes("[json]")).map((call) => call.split("[n").length - 1);
    expect(sizes).toEqual([...Array.from({ length: 21 }, () => 10), 3]);
    expect(calls.filter((call) => call.startsWith("kubectl [replace]"))).toHaveLength(3);
  });

  test("a script without findings says so and changes nothing", async () => {
    const { text } = await collect("remediation", sampleResult({ verdict: "pass", exitCode: 0 }));
    const { status, stdout, calls } = await fake.run(shell, text, ["--apply"]);
    expect([status, calls]).toEqual([0, []]);
    expect(stdout).toBe("Nothing to do: the report has no finding that changes the cluster.\n");
  });

  test("free space alone is defragmented, and nothing else is done", async () => {
    const found = [sourceFinding({ kind: "defragmentation-due", freeBytes: 4096 })];
    const { text } = await collect("remediation", sampleResult({ found }));
    const { calls } = await fake.run(shell, text, ["--apply"]);
    expect(calls.every((call) => /^etcdctl \[(endpoint|defrag)\]/.test(call))).toBe(true);
  });
});
