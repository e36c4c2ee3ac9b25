import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuditResult } from "../../../src/model/audit-result.ts";
import type { Finding, FindingKind } from "../../../src/model/finding.ts";
import type { InventoryRow } from "../../../src/model/stored-value.ts";
import { remedyOf } from "../../../src/report/remediation/remedy.ts";
import { reportSchema } from "../../../src/report/schema.ts";
import { collect } from "../collect.ts";
import { emptyResult, failingResult, hostileResult, sourceFinding } from "../sample-reports.ts";
import { AESCBC, MALFORMED, sampleResult, source, value, valueClass, valueFinding } from "../sample-result.ts";
import { FakePrograms } from "./fake-programs.ts";

function finding(kind: FindingKind, row: InventoryRow, about = 0): Finding {
  return { kind, level: "error", source: about, subject: { kind: "value", value: row } };
}

const script = (result: AuditResult) => collect("remediation", result).then(({ text }) => text);
const commands = (text: string) => text.split("\n").filter((line) => /^(rewrite|annotate) .* <<'\/end'$/.test(line));

const kms = (provider: "kms-v1" | "kms-v2", keyId: string | null, kekVersion: string | null) =>
  valueClass({ state: "encrypted", provider, keyName: "plugin", keyId, kekVersion });

describe("what was rotated inside the KMS", () => {
  let fake: FakePrograms;
  beforeEach(async () => {
    fake = await FakePrograms.make();
    await fake.store("secrets", "default", ["old"]);
  });
  afterEach(() => fake.close());

  test("KMS v1: an unchanged object is not stored again, so its annotation is changed", async () => {
    const old = value({ name: "old", valueClass: kms("kms-v1", null, "vault:v1") });
    const text = await script(sampleResult({ stored: [old], found: [finding("stale-kms-key", old)] }));
    expect(commands(text)).toEqual(["annotate secrets default <<'/end'"]);
    const { status, calls } = await fake.run("sh", text, ["--apply", "rewrite"]);
    expect(status).toBe(0);
    expect(await fake.changed()).toEqual(["annotate kind/old"]);
    expect(calls.find((call) => call.startsWith("kubectl [annotate]"))).toMatch(
      /^kubectl \[annotate\] \[--overwrite\] \[-o\] \[name\] \[-f\] \[-\] \[encryption-key-rotation-time=[0-9TZ-]+\]$/,
    );
  });

  test("KMS v2 with another key ID: the API server sees that the value is stale", async () => {
    const old = value({ name: "old", modRevision: 5, valueClass: kms("kms-v2", "id-1", "v1") });
    const fresh = value({ name: "new", modRevision: 9, valueClass: kms("kms-v2", "id-2", "v2") });
    const text = await script(sampleResult({ stored: [old, fresh], found: [finding("stale-kms-key", old)] }));
    expect(commands(text)).toEqual(["rewrite secrets default <<'/end'"]);
    expect((await fake.run("sh", text, ["--apply", "rewrite"])).status).toBe(0);
  });

  test("KMS v2 that keeps its key ID: restart first, said with a flag, then the annotation", async () => {
    const old = value({ name: "old", modRevision: 5, valueClass: kms("kms-v2", "id-1", "v1") });
    const fresh = value({ name: "new", modRevision: 9, valueClass: kms("kms-v2", "id-1", "v2") });
    const text = await script(sampleResult({ stored: [old, fresh], found: [finding("stale-kms-key", old)] }));
    expect(commands(text)).toEqual(["annotate secrets default <<'/end'"]);
    expect((await fake.run("sh", text)).status).toBe(0);
    const tooEarly = await fake.run("sh", text, ["--apply"]);
    expect([tooEarly.status, tooEarly.calls]).toEqual([2, []]);
    expect(tooEarly.stderr).toMatch(/^first restart every kube-apiserver .* --api-servers-restarted$/m);
    expect((await fake.run("sh", text, ["--apply", "--api-servers-restarted", "rewrite"])).status).toBe(0);
    expect(await fake.changed()).toEqual(["annotate kind/old"]);
  });

  test("another provider than the one in force is stale for the API server, KMS v1 too", async () => {
    const old = value({ name: "old", valueClass: kms("kms-v1", null, "vault:v1") });
    const text = await script(sampleResult({ stored: [old], found: [finding("stale-key", old)] }));
    expect(commands(text)).toEqual(["rewrite secrets default <<'/end'"]);
  });

  test("API servers that disagree must be restarted before anything is rewritten", async () => {
    const old = value({ name: "old", valueClass: AESCBC });
    const key = { provider: "aescbc", keyName: "key1", keyId: null } as const;
    const disagree = sourceFinding({
      kind: "writers-disagree",
      resource: "secrets",
      keys: [key, { ...key, keyName: "key2" }],
      changes: 8,
      firstChange: 10,
      lastChange: 90,
    });
    const text = await script(sampleResult({ found: [finding("stale-key", old), disagree] }));
    expect(text).toContain("# - API servers run different configurations");
    expect((await fake.run("sh", text, ["--apply"])).status).toBe(2);
  });
});

test("the key to come is named where a configuration was given", async () => {
  const standing = {
    outcome: "stale",
    proof: "verified",
    key: null,
    writeKey: { provider: "aescbc", name: "key2" },
  } as const;
  const text = await script(sampleResult({ found: [finding("stale-key", value({ valueClass: AESCBC, standing }))] }));
  expect(text.replaceAll("\n#   ", " ")).toContain("that writes with the key to come (secrets: aescbc/key2)");
});

test("what the configuration would store unencrypted is not rewritten", async () => {
  const standing = {
    outcome: "stale",
    proof: "verified",
    key: null,
    writeKey: { provider: "identity", name: null },
  } as const;
  const text = await script(sampleResult({ found: [finding("stale-key", value({ valueClass: AESCBC, standing }))] }));
  expect(commands(text)).toEqual([]);
  expect(text).toContain("The configuration given writes secrets with identity");
});

test("objects are listed by resource and namespace, each once, however many findings it has", async () => {
  const found = [
    finding("stale-key", value({ resource: "configmaps", name: "one", valueClass: AESCBC })),
    finding("stale-key", value({ namespace: "a", name: "one", valueClass: AESCBC })),
    finding("retired-key-in-use", value({ namespace: "a", name: "one", valueClass: AESCBC })),
    finding("stale-key", value({ namespace: "a", name: "two", valueClass: AESCBC })),
    finding("stale-key", value({ namespace: "b", name: "one", valueClass: AESCBC })),
    finding("stale-key", value({ resource: "widgets.example.com", namespace: null, name: "w", valueClass: AESCBC })),
  ];
  const text = await script(sampleResult({ found }));
  expect(text).toContain(
    "rewrite configmaps default <<'/end'\none\n/end\nrewrite secrets a <<'/end'\none\ntwo\n/end\n" +
      "rewrite secrets b <<'/end'\none\n/end\nrewrite widgets.example.com '' <<'/end'\nw\n/end\n",
  );
});

test("superseded revisions need compaction, freed pages defragmentation, and no object is rewritten", async () => {
  const superseded = valueFinding("plaintext-revision", value({ location: "history" }));
  const freed = valueFinding("plaintext-residue", value({ location: "free-page", offset: 8192 }));
  const both = await script(sampleResult({ found: [superseded] }));
  expect(commands(both)).toEqual([]);
  expect(both).toMatch(/^compact$/m);
  expect(both).toMatch(/^defragment$/m);
  const residue = await script(sampleResult({ found: [freed] }));
  expect(residue).not.toMatch(/^compact$/m);
  expect(residue).toMatch(/^defragment$/m);
  expect(both).not.toContain("kubectl");
  const mixed = await script(sampleResult({ found: [superseded, valueFinding("plaintext-value", value())] }));
  expect(mixed.replace(/\n# +/g, " ")).toContain("on another machine than kubectl");
});

test("plaintext in a WAL is no step: what displaces it is said", async () => {
  const text = await script(
    sampleResult({ found: [valueFinding("plaintext-residue", value({ location: "wal", modRevision: 0 }))] }),
  );
  expect(text).toContain("Compaction and defragmentation leave the WAL alone");
  expect(text).not.toMatch(/^(compact|defragment)$/m);
});

test("values of a resource whose definition is gone are named, and not given to kubectl", async () => {
  const orphan = value({ resource: "pandas.awesome.bears.example", name: "ling", valueClass: AESCBC });
  const text = await script(
    sampleResult({ found: [finding("stale-key", orphan), finding("resource-not-served", orphan)] }),
  );
  expect(commands(text)).toEqual([]);
  expect(text).toContain("The CustomResourceDefinition of pandas.awesome.bears.example is gone");
  expect(text).toContain('# definition gone: "/registry/pandas.awesome.bears.example/default/ling"\n');
});

test("a value that can't be read is a deletion in a comment, after what to try first", async () => {
  const found = (["unreadable-value", "decryption-failed", "malformed-ciphertext"] as const).map((kind, index) =>
    finding(kind, value({ name: `x${index}`, valueClass: MALFORMED })),
  );
  const text = await script(sampleResult({ found }));
  expect(text).toContain("# run etcdctl del -- '/registry/secrets/default/x0' # unreadable-value\n");
  expect(text).toContain("# run etcdctl del -- '/registry/secrets/default/x2' # malformed-ciphertext\n");
  expect(text.split("\n").filter((line) => /\bdel\b/.test(line) && !line.startsWith("#"))).toEqual([]);
  expect(text.indexOf("Look for the key first")).toBeLessThan(text.indexOf("DELETING DESTROYS DATA"));
});

test("what lies in a backup beside the cluster is not rewritten", async () => {
  const live = source({ kind: "live", path: null, endpoints: ["https://10.0.0.1:2379"], revision: 10 });
  const found = [
    finding("retired-key-in-use", value({ name: "live", valueClass: AESCBC }), 1),
    finding("retired-key-in-use", value({ name: "old-1", valueClass: AESCBC }), 0),
    finding("retired-key-in-use", value({ name: "old-2", valueClass: AESCBC }), 0),
  ];
  const text = await script(sampleResult({ found, sources: [source({ path: "/backup/a.db" }), live] }));
  expect(text).toContain("rewrite secrets default <<'/end'\nlive\n/end\n");
  expect(text).toContain("# - 2 findings in /backup/a.db: nothing rewrites a file that is kept.");
  expect(text).not.toContain("old-1");
  expect(text).toContain("# Source: live, https://10.0.0.1:2379\n");
});

test("kine is not compacted by etcdctl", async () => {
  const text = await script(
    sampleResult({ found: [valueFinding("plaintext-value", value())], sources: [source({ kind: "kine" })] }),
  );
  expect(text).not.toMatch(/^(compact|defragment)$/m);
  expect(text).toContain("VACUUM");
});

const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
test.skipIf(!hasShellcheck)("shellcheck has nothing to say, whatever parts a script has", async () => {
  const stale = value({ name: "s", valueClass: kms("kms-v2", "id-1", "v1") });
  const results = [
    failingResult(),
    hostileResult(),
    emptyResult(),
    sampleResult({ stored: [stale], found: [finding("stale-kms-key", stale)] }),
    sampleResult({ found: [finding("plaintext-revision", value({ location: "history" }))] }),
    sampleResult({ found: [finding("unreadable-value", value())] }),
    sampleResult({ found: [sourceFinding({ kind: "defragmentation-due", freeBytes: 1 })] }),
  ];
  for (const result of results) {
    const input = await script(result);
    for (const shell of ["sh", "dash", "bash"]) {
      expect(spawnSync("shellcheck", ["-s", shell, "-"], { input, encoding: "utf8" }).stdout).toBe("");
    }
  }
});

test("the first lines tell which report it is of, and what was not seen", async () => {
  const text = await script(
    sampleResult({
      found: [valueFinding("plaintext-value", value())],
      cluster: "prod-eu-1",
      verdict: "incomplete",
      sources: [source({ incompleteReasons: [{ code: "truncated", message: "the file ends early" }] })],
    }),
  );
  expect(text.split("\n").slice(0, 16)).toEqual([
    "#!/bin/sh",
    "# Remediation, made from the findings of etcd-encryption-auditor 0.1.0 (scan).",
    "# THIS SCRIPT CHANGES THE CLUSTER. Read it before you run it.",
    "#",
    "#   sh FILE: shows what it would do, and changes nothing",
    "#   sh FILE --apply: does it",
    "#   sh FILE --apply STEP...: takes these steps only, of rewrite, compact and defragment",
    "#",
    "# Cluster: prod-eu-1",
    "# Source: snapshot, /backup/etcd-2026-11-20.db",
    `# SHA-256: ${source().sha256}`,
    "# Revision: 48211",
    "# Time: 2026-11-22T10:00:00Z. What has changed since is not in here.",
    "# INCOMPLETE: not all was seen that was asked for. What was not seen is not in here either:",
    "# - the file ends early",
    "",
  ]);
});

test("findings that no script should settle are named with their pages", async () => {
  const text = await script(
    sampleResult({ found: [sourceFinding({ kind: "no-secrets-stored" })], command: "lint-config", sources: [] }),
  );
  expect(text).toContain("(no-secrets-stored): docs/findings/no-secrets-stored.md");
  expect(text).toContain("Nothing that a script should do.");
});

test("every kind of the contract has a remedy", () => {
  const kinds = reportSchema.shape.findings.element.shape.kind.options;
  expect(kinds.filter((kind) => remedyOf(kind) === undefined)).toEqual([]);
});

test("a million findings are written as a stream of batches", async () => {
  let names = 0;
  let longest = 0;
  const total = 1_000_000;
  const result = sampleResult({ found: [valueFinding("plaintext-value", value())] });
  const many: AuditResult = {
    ...result,
    *findings() {
      for (let index = 0; index < total; index++) {
        yield valueFinding("plaintext-value", value({ namespace: `ns-${index >> 10}`, name: `name-${index}` }));
      }
    },
  };
  const { loadReporter } = await import("../../../src/report/index.ts");
  const out = {
    write(chunk: string | Uint8Array): undefined {
      longest = Math.max(longest, chunk.length);
      names += String(chunk).match(/^name-\d+$/gm)?.length ?? 0;
    },
  };
  const reporter = await loadReporter("remediation");
  await reporter.write(many, out, { columns: null, color: false, notice: () => undefined });
  // A name may be cut by the end of a chunk, never more than one a chunk.
  expect(names).toBeGreaterThan(total * 0.999);
  expect(longest).toBeLessThan(128 * 1024);
});
