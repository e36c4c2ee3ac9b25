import { beforeAll, describe, expect, test } from "vitest";
import { FINDING_KINDS } from "../../src/model/finding.ts";
import { sarif } from "../../src/report/sarif.ts";
import { sarifValidator } from "../schemas/official-schemas.ts";
import { collect } from "./collect.ts";
import { configurationFinding, lintResult, manyFindings, SAMPLES } from "./machine-samples.ts";
import { failingResult, incompleteResult } from "./sample-reports.ts";
import { sampleResult, source, value, valueFinding } from "./sample-result.ts";

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly kind?: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
    readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { id: string; help: { text: string } }[] } };
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly { readonly level: string; readonly message: { text: string } }[];
  }[];
  readonly results: readonly SarifResult[];
}

let isValid: ReturnType<typeof sarifValidator>;
beforeAll(() => {
  isValid = sarifValidator();
});

async function runOf(...fields: Parameters<typeof sampleResult>): Promise<SarifRun> {
  return firstRun((await collect("sarif", sampleResult(...fields))).text);
}

function firstRun(text: string): SarifRun {
  const [run] = (JSON.parse(text) as { runs: readonly SarifRun[] }).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

describe.each(Object.entries(SAMPLES))("the SARIF log of the %s sample", (name, result) => {
  test("is as it always was", async () => {
    await expect((await collect("sarif", result())).text).toMatchFileSnapshot(`../golden/sarif-${name}.sarif`);
  });

  test("is valid under the schema of SARIF 2.1.0", async () => {
    const log: unknown = JSON.parse((await collect("sarif", result())).text);
    expect([isValid(log), isValid.errors]).toEqual([true, null]);
  });

  test("has every finding, with the rule that it names", async () => {
    const run = firstRun((await collect("sarif", result())).text);
    const found = [...result().findings()];
    expect(run.results.map(({ ruleId }) => ruleId)).toEqual(found.map(({ kind }) => kind));
    expect(run.results.every(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId)).toBe(true);
  });
});

test("the judge refuses what is no SARIF", () => {
  expect(isValid({ version: "2.1.0", runs: [{ tool: { driver: { name: 1 } } }] })).toBe(false);
});

test("a rule for each kind of finding leads to its page", async () => {
  const { rules } = (await runOf()).tool.driver;
  expect(rules.map(({ id }) => id)).toEqual([...FINDING_KINDS]);
  expect(rules.every(({ id, help }) => help.text.includes(`docs/findings/${id}.md`))).toBe(true);
});

test("a rule of which there is a finding says what to do", async () => {
  const { rules } = firstRun((await collect("sarif", failingResult())).text).tool.driver;
  expect(rules.find(({ id }) => id === "plaintext-value")?.help.text).toContain("kubectl get secrets");
});

test("a finding in a configuration has its file and line", async () => {
  const [first] = firstRun((await collect("sarif", lintResult())).text).results;
  expect(first?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: "file:///etc/kubernetes/encryption.yaml" },
    region: { startLine: 7 },
  });
});

test.each([
  [{ path: "backups/a b#1.db" }, "backups/a%20b%231.db"],
  [{ path: "/backup/é.db" }, "file:///backup/%C3%A9.db"],
  [{ path: null, kind: "live", endpoints: ["https://10.0.0.1:2379", "https://10.0.0.2:2379"] }, "etcd/10.0.0.1%3A2379"],
] as const)("a source's place is a URI: %j", async (fields, uri) => {
  const found = [valueFinding("plaintext-value", value())];
  const [first] = (await runOf({ found, sources: [source(fields)] })).results;
  expect(first?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
});

test("etcd keys are logical locations, in the form that explain takes", async () => {
  const found = [
    valueFinding("plaintext-value", value({ namespace: "shop", name: "db" })),
    valueFinding("plaintext-value", value({ key: Buffer.from([0x2f, 0xff]) })),
  ];
  const names = (await runOf({ found })).results.map((result) => result.locations[0]?.logicalLocations?.[0]);
  expect(names.map((name) => name?.fullyQualifiedName)).toEqual(["/registry/secrets/shop/db", "base64:L/8="]);
});

test("fingerprints are the same for a value that was written anew", async () => {
  const found = [1, 2].map((modRevision) => valueFinding("plaintext-value", value({ modRevision })));
  const [first, second] = (await runOf({ found })).results.map(({ partialFingerprints }) => partialFingerprints);
  expect(first).toEqual(second);
  expect(Object.keys(first ?? {})).toEqual(["primaryLocationLineHash", "etcdEncryptionAuditor/v1"]);
});

test("what policy switched off is there and is no failure", async () => {
  const [first] = (await runOf({ found: [{ ...valueFinding("plaintext-value", value()), level: "off" }] })).results;
  expect([first?.level, first?.kind]).toEqual(["none", "informational"]);
});

test("names can't make a link or a placeholder of a message", async () => {
  const found = [configurationFinding("config-weak-key", { message: "see [x](http://y) and {0}" })];
  expect((await runOf({ found })).results[0]?.message.text).toBe("See \\[x\\](http://y) and {{0}}");
});

test("an incomplete scan is no success, and says why", async () => {
  const [invocation] = firstRun((await collect("sarif", incompleteResult())).text).invocations;
  expect(invocation?.executionSuccessful).toBe(false);
  expect(invocation?.toolExecutionNotifications).toHaveLength(3);
  expect(invocation?.toolExecutionNotifications[0]?.message.text).toMatch(/^Incomplete: page 412/);
});

test.each([
  [5_000, null],
  [5_001, "GitHub's code scanning shows no more than 5,000 of a run"],
  [25_001, "GitHub's code scanning refuses a run of more than 25,000"],
])("%d results: what GitHub would not take is said in the log and on standard error", async (count, words) => {
  const { text, notices } = await collect("sarif", manyFindings(count));
  const [invocation] = firstRun(text).invocations;
  const told = invocation?.toolExecutionNotifications.map(({ message }) => message.text) ?? [];
  expect(told).toEqual(notices);
  expect(notices).toEqual(words === null ? [] : [expect.stringContaining(words)]);
});

test("100,000 findings are written as they are made, a chunk at a time", async () => {
  let written = 0;
  let longest = 0;
  const out = {
    write(chunk: string | Uint8Array) {
      longest = Math.max(longest, chunk.length);
      written += String(chunk).match(/"ruleId":"plaintext-value"/g)?.length ?? 0;
      return undefined;
    },
  };
  await sarif.write(manyFindings(), out, { columns: null, color: false, notice() {} });
  expect(written).toBe(100_000);
  expect(longest).toBeLessThan(80_000);
});
