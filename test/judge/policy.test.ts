import { describe, expect, test } from "vitest";
import { exitCodeOf, type FoundKind, levelUnder, verdictOf } from "../../src/judge/policy.ts";
import type { Policy } from "../../src/model/audit-result.ts";
import { DEFAULT_LEVELS, FINDING_KINDS, type FindingKind, LEVELS, type PolicyLevel } from "../../src/model/finding.ts";
import { reaches } from "../../src/model/reaches.ts";

const POLICY_LEVELS = ["off", "note", "warning", "error"] as const satisfies readonly PolicyLevel[];
const ERRORS = ["plaintext-value", "plaintext-revision", "malformed-ciphertext", "unknown-provider"];
const WARNINGS = ["compaction-stalled", "unlooked-prefix"];

/** Findings of these kinds, of their own levels. */
function found(...kinds: readonly FindingKind[]): readonly FoundKind[] {
  return kinds.map((kind) => ({ kind, level: DEFAULT_LEVELS[kind] }));
}

function policy(failOn: Policy["failOn"] = "error", levels: readonly [FindingKind, PolicyLevel][] = []): Policy {
  return { failOn, levels: new Map(levels) };
}

describe("the level of a finding", () => {
  test.each(FINDING_KINDS.filter((kind) => [...ERRORS, ...WARNINGS].includes(kind)))("%s by default", (kind) => {
    expect(levelUnder(policy(), kind)).toBe(ERRORS.includes(kind) ? "error" : "warning");
    expect(DEFAULT_LEVELS[kind]).toBe(levelUnder(policy(), kind));
  });

  test.each(["defragmentation-due", "resource-not-served", "no-secrets-stored"] as const)("%s is a note", (kind) => {
    expect(levelUnder(policy(), kind)).toBe("note");
  });

  test.each(POLICY_LEVELS)("is %s where policy says so, for that kind alone", (level) => {
    const changed = policy("error", [["plaintext-value", level]]);
    expect(levelUnder(changed, "plaintext-value")).toBe(level);
    expect(levelUnder(changed, "plaintext-revision")).toBe("error");
  });
});

describe("whether a level fails the run", () => {
  test.each([
    ["error", "error", true],
    ["error", "warning", true],
    ["error", "note", true],
    ["warning", "error", false],
    ["warning", "warning", true],
    ["warning", "note", true],
    ["note", "error", false],
    ["note", "warning", false],
    ["note", "note", true],
    ["off", "error", false],
    ["off", "warning", false],
    ["off", "note", false],
  ] as const)("a finding of level %s with --fail-on %s: %s", (level, failOn, fails) => {
    expect(reaches(level, failOn)).toBe(fails);
  });
});

describe("the verdict comes from the default levels alone", () => {
  test.each(FINDING_KINDS)("with %s", (kind) => {
    expect(verdictOf(true, found(kind))).toBe(DEFAULT_LEVELS[kind] === "error" ? "fail" : "pass");
    expect(verdictOf(false, found(kind))).toBe("incomplete");
  });

  test("without findings", () => {
    expect(verdictOf(true, [])).toBe("pass");
    expect(verdictOf(false, [])).toBe("incomplete");
  });

  test("an error among others decides, wherever it stands", () => {
    expect(verdictOf(true, found("no-secrets-stored", "unlooked-prefix", "plaintext-value"))).toBe("fail");
    expect(verdictOf(true, found("plaintext-value", "no-secrets-stored"))).toBe("fail");
  });
});

describe("the exit code", () => {
  const kindSets: readonly (readonly FindingKind[])[] = [
    [],
    ["no-secrets-stored"],
    ["unlooked-prefix"],
    ["plaintext-value"],
    ["no-secrets-stored", "unlooked-prefix"],
    ["no-secrets-stored", "plaintext-value"],
  ];

  test.each(kindSets.flatMap((kinds) => LEVELS.map((failOn) => [kinds, failOn] as const)))(
    "with %j and --fail-on %s",
    (kinds, failOn) => {
      const fails = kinds.some((kind) => LEVELS.indexOf(DEFAULT_LEVELS[kind]) <= LEVELS.indexOf(failOn));
      expect(exitCodeOf(true, false, found(...kinds), policy(failOn))).toBe(fails ? 1 : 0);
      expect(exitCodeOf(false, false, found(...kinds), policy(failOn))).toBe(3);
      expect(exitCodeOf(false, true, found(...kinds), policy(failOn))).toBe(130);
    },
  );

  test("follows the levels of the policy", () => {
    const off = policy("note", [["plaintext-value", "off"]]);
    expect(exitCodeOf(true, false, found("plaintext-value"), off)).toBe(0);
    const raised = policy("error", [["no-secrets-stored", "error"]]);
    expect(exitCodeOf(true, false, found("no-secrets-stored"), raised)).toBe(1);
    const lowered = policy("warning", [["plaintext-value", "warning"]]);
    expect(exitCodeOf(true, false, found("plaintext-value"), lowered)).toBe(1);
  });

  test("a level that circumstances soften counts, and policy still goes above it", () => {
    const softened: readonly FoundKind[] = [{ kind: "plaintext-revision", level: "warning" }];
    expect(verdictOf(true, softened)).toBe("pass");
    expect(exitCodeOf(true, false, softened, policy())).toBe(0);
    expect(exitCodeOf(true, false, softened, policy("warning"))).toBe(1);
    expect(exitCodeOf(true, false, softened, policy("error", [["plaintext-revision", "error"]]))).toBe(1);
  });
});
