import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { block, configurationText, KEY_A, local } from "../configuration/read.ts";
import { runProgram } from "../corpus/run-program.ts";
import { fixture, linted, places, SOUND, written } from "./lint-program.ts";

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
