import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collect } from "../collect.ts";
import { hostileResult } from "../sample-reports.ts";
import { MALFORMED, sampleResult, source, value, valueClass, valueFinding } from "../sample-result.ts";
import { FakePrograms, SHELLS } from "./fake-programs.ts";

const ROLES = "clusterroles.rbac.authorization.k8s.io";
/** Names that the API server takes for a role. */
const ODD_ROLES = [
  "$(touch pwned)",
  "`touch pwned`",
  "'; touch pwned; '",
  '"; touch pwned; "',
  "*",
  "--all",
  "-o",
  "a b",
  "  spaces  ",
  "#comment",
  "key=value",
  "ends-with-",
  "\\n",
  "%s".replace("%", "&"),
  "system:node",
  "end",
  "NAMES",
];
/** Names that no API server takes: somebody has put them into etcd. */
const IMPOSSIBLE = [
  "line\ntouch pwned",
  "/end\ntouch pwned\n",
  "Upper",
  "a/b",
  "-x",
  "x-",
  "",
  "a\u0000b",
  "é",
  "a_b",
  ".",
];

describe.each(SHELLS)("hostile names in %s", (shell) => {
  let fake: FakePrograms;
  beforeEach(async () => {
    fake = await FakePrograms.make();
  });
  afterEach(() => fake.close());

  test("a name that the API server takes reaches kubectl as it is", async () => {
    await fake.store(ROLES, null, ODD_ROLES);
    const found = ODD_ROLES.map((name) =>
      valueFinding("plaintext-value", value({ resource: ROLES, namespace: null, name })),
    );
    const { text } = await collect("remediation", sampleResult({ found }));
    const { status, stdout } = await fake.run(shell, text, ["--apply", "rewrite"]);
    expect(stdout).toContain(`${ODD_ROLES.length} objects rewritten, 0 no longer there, 0 failed`);
    expect(await fake.changed()).toEqual(ODD_ROLES.map((name) => `replace kind/${name}`));
    expect(status).toBe(0);
    await expect(fake.run(shell, "test ! -e pwned")).resolves.toMatchObject({ status: 0 });
  });

  test("a name that no API server takes is a comment, and no command", async () => {
    const found = IMPOSSIBLE.map((name) => valueFinding("plaintext-value", value({ name })));
    const odd = [
      value({ resource: "x; touch pwned" }),
      value({ resource: "$(touch pwned)" }),
      value({ namespace: "ns\ntouch pwned" }),
      value({ namespace: "--all-namespaces" }),
      value({ name: null }),
      value({ key: Buffer.from("/registry//secrets/default/db") }),
      value({ key: Buffer.from([0x2f, 0xff, 0x0a]) }),
    ].map((row) => valueFinding("plaintext-value", row));
    const unreadable = [
      value({ name: "q'; touch pwned; '", valueClass: MALFORMED }),
      value({ name: "line\ntouch pwned", valueClass: MALFORMED }),
      value({ key: Buffer.from([0x2f, 0xff, 0x0a]), valueClass: MALFORMED }),
    ].map((row) => valueFinding("malformed-ciphertext", row));
    const result = sampleResult({
      found: [...found, ...odd, ...unreadable],
      cluster: "c\ntouch pwned\n",
      sources: [source({ path: "/backup/x\ntouch pwned\n$(touch pwned).db" })],
    });
    const { text } = await collect("remediation", result);
    const { status, stdout } = await fake.run(shell, text, ["--apply", "rewrite"]);
    expect(status).toBe(0);
    expect(stdout).toContain("0 objects rewritten");
    expect(await fake.changed()).toEqual([]);
    expect(text.split("\n").filter((line) => line.includes("pwned") && !line.startsWith("#"))).toEqual([]);
    expect(text.split("\n").filter((line) => line.startsWith("# no name of an object:"))).toHaveLength(
      IMPOSSIBLE.length + odd.length,
    );
    await expect(fake.run(shell, "test ! -e pwned")).resolves.toMatchObject({ status: 0 });
  });

  test("the report of hostile names gives a script that runs and calls nothing", async () => {
    const { text } = await collect("remediation", hostileResult());
    const { status, calls } = await fake.run(shell, text);
    expect([status, calls]).toEqual([0, []]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]/);
  });

  test("a line for deletion, taken out of its comment, deletes that key and no other", async () => {
    const names = ["q'uote", "$(touch pwned)", "*", "-x", "back\\slash"];
    const found = names.map((name) => valueFinding("malformed-ciphertext", value({ name, valueClass: MALFORMED })));
    const { text } = await collect("remediation", sampleResult({ found }));
    expect((await fake.run(shell, text, ["--apply"])).calls).toEqual([]);
    const decided = text.replace(/^# run /gm, "run ");
    expect((await fake.run(shell, decided)).calls).toEqual([]);
    const { status, calls } = await fake.run(shell, decided, ["--apply"]);
    expect(status).toBe(0);
    expect(calls).toEqual(names.map((name) => `etcdctl [del] [--] [/registry/secrets/default/${name}] at https://a`));
  });
});

test("key names of the KMS, as hostile as they may be, stay in comments", async () => {
  const bad = valueClass({ state: "encrypted", provider: "kms-v2", keyName: "p\n$(id)", keyId: "k", kekVersion: "v" });
  const { text } = await collect(
    "remediation",
    sampleResult({ stored: [value({ valueClass: bad })], found: [valueFinding("plaintext-value", value())] }),
  );
  expect(text.split("\n").filter((line) => line.includes("$(id)") && !line.startsWith("#"))).toEqual([]);
});
