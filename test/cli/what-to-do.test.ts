import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { runProgram } from "../corpus/run-program.ts";

const fixture = (name: string) => join(FIXTURES, name);

/** The table in one line: where words break does not matter. */
async function table(...words: readonly string[]): Promise<string> {
  const { stdout } = await runProgram(words);
  return stdout.toString().replace(/\s+/g, " ");
}

interface Report {
  readonly findings: readonly { readonly kind: string; readonly location: string; readonly remediation: string }[];
}

async function remediations(kind: string, ...words: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await runProgram([...words, "-o", "json"]);
  const { findings } = JSON.parse(stdout.toString()) as Report;
  return new Map(findings.filter((each) => each.kind === kind).map((each) => [each.location, each.remediation]));
}

test("nobody is told to rewrite a value that the configuration would then store unencrypted", async () => {
  const configuration = ["--encryption-config", fixture("k-disabled-again/encryption-config.02-off.yaml")];
  const scan = ["scan", fixture("k-disabled-again/partly-decrypted.db.gz"), ...configuration];
  const remediation = (await remediations("stale-key", ...scan)).get("head");
  expect(remediation).toMatch(/^The configuration writes with identity: a rewrite would store the value unencrypted\./);
  expect(remediation).not.toContain("kubectl");
});

test("findings of one kind that ask for different things are told all of them", async () => {
  const configuration = ["--encryption-config", fixture("c-aescbc-rotation/encryption-config.03-key2-key1.yaml")];
  const text = await table("scan", fixture("c-aescbc-rotation/partly-rotated.db.gz"), ...configuration);
  const stale = text.slice(text.indexOf("18 live values are readable"), text.indexOf("stale-key.md"));
  for (const resource of ["configmaps", "secrets"]) expect(stale).toContain(`kubectl get ${resource} `);
});

test("a file that needs a key is never said to change", async () => {
  const asked = ["verify-rotation", "--retire", "aescbc/key1", fixture("c-aescbc-rotation/partly-rotated.db.gz")];
  for (const text of (await remediations("retired-key-in-use", ...asked)).values())
    expect(text).toMatch(/^In the cluster: .* Nothing changes in this file: keep the key as long as you keep it/);
});

test("the word of a superseded write is not given for what API servers do now", async () => {
  const text = await table("verify-rotation", "--retire", "aescbc/key1", fixture("p-two-servers/agreed.db.gz"));
  expect(text).toContain("Stored revisions show API servers that write, or wrote, with different keys");
});

describe("the live values that the verdict counts", () => {
  const snapshot = fixture("b-identity-to-aescbc/partly-rewritten.db.gz");

  test("are those of resources that are there", async () => {
    const text = await table("scan", snapshot, "--resource", "nosuch");
    expect(text).toMatch(/What was seen: [^.]* live values of secrets (is|are) /);
  });
});
