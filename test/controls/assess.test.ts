import { describe, expect, test } from "vitest";
import { assessControls } from "../../src/controls/assess.ts";
import type { AssessedControl, Framework } from "../../src/controls/control.ts";
import type { AuditResult, Looked } from "../../src/model/audit-result.ts";
import type { ConfigurationDetail, Finding, FindingKind } from "../../src/model/finding.ts";
import { incompleteResult, passingResult } from "../report/sample-reports.ts";
import {
  AESCBC,
  KMS_V2,
  type SampleFields,
  sampleResult,
  source,
  value,
  valueClass,
  valueFinding,
} from "../report/sample-result.ts";

const EVERYTHING: Looked = {
  head: true,
  history: true,
  freePages: true,
  tail: true,
  wal: false,
  configuration: true,
  kmsCurrent: false,
  decrypted: { verified: 1, plausible: 0, notVerifiable: 0 },
};

/** One encrypted secret of which all was looked at, unless told otherwise. */
function seenWhole(fields: SampleFields = {}): AuditResult {
  return sampleResult({
    stored: [value({ valueClass: AESCBC })],
    looked: EVERYTHING,
    verdict: "pass",
    exitCode: 0,
    ...fields,
  });
}

function assessed(result: AuditResult, framework: Framework, id: string): AssessedControl {
  const [control, ...others] = assessControls(result).filter((each) => {
    return each.framework === framework && each.control.id === id;
  });
  if (control === undefined || others.length > 0) throw new Error(`${framework} ${id} is not there once`);
  return control;
}

function statusOf(result: AuditResult, framework: Framework, id: string): string {
  return assessed(result, framework, id).status;
}

const STIG = ["DISA Kubernetes STIG", "V-274882 / CNTR-K8-001162"] as const;
const AT_REST = ["NIST SP 800-53 r5", "SC-28"] as const;
const CIS_FLAG = ["CIS Kubernetes Benchmark 1.10", "1.2.27"] as const;
const CIS_PROVIDERS = ["CIS Kubernetes Benchmark 1.10", "1.2.28"] as const;

function configurationFinding(kind: FindingKind): Finding {
  const detail: ConfigurationDetail = {
    file: "encryption.yaml",
    line: 7,
    resource: null,
    key: null,
    identity: "",
    message: "said",
    remedy: "do",
  };
  return { kind, level: "error", source: null, subject: { kind: "configuration", detail } };
}

test("every control stands once, and each has a title", () => {
  const ids = assessControls(seenWhole()).map(({ framework, control }) => `${framework} ${control.id}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(assessControls(seenWhole()).every(({ control }) => control.title.length > 5)).toBe(true);
});

test("encrypted, and all of it looked at: supported", () => {
  for (const [framework, id] of [STIG, AT_REST, CIS_FLAG, CIS_PROVIDERS]) {
    expect([id, statusOf(seenWhole(), framework, id)]).toEqual([id, "supported"]);
  }
});

describe("what was not looked at is never supported", () => {
  test.each([
    ["freed pages", { looked: { ...EVERYTHING, freePages: false } }, AT_REST],
    ["the file's tail", { looked: { ...EVERYTHING, tail: false } }, AT_REST],
    ["superseded revisions", { looked: { ...EVERYTHING, history: false } }, STIG],
    ["the WAL of a data directory", { sources: [source({ kind: "data-dir" })] }, AT_REST],
    ["the configuration", { looked: { ...EVERYTHING, configuration: false } }, STIG],
    ["other namespaces", { namespaces: ["shop"] }, AT_REST],
    ["something that was asked for", { verdict: "incomplete", exitCode: 3 }, AT_REST],
    ["the KMS key in force", { stored: [value({ valueClass: KMS_V2 })] }, ["NIST SP 800-53 r5", "SC-12"]],
    ["any secret", { stored: [value({ resource: "configmaps", valueClass: AESCBC })] }, AT_REST],
  ] as const satisfies readonly (readonly [string, SampleFields, readonly [Framework, string]])[])(
    "%s",
    (_, fields, [framework, id]) => {
      const { status, gaps } = assessed(seenWhole(fields), framework, id);
      expect([status, gaps.map(({ kind }) => kind)]).toEqual(["not-assessed", ["not-seen"]]);
    },
  );

  test("a snapshot scan without configuration, as it is by default, supports nothing", () => {
    expect(assessControls(passingResult()).filter(({ status }) => status === "supported")).toEqual([]);
  });
});

describe("contradicted", () => {
  test("by a live value in plaintext, also where not everything was seen", () => {
    const { status, contradictedBy } = assessed(incompleteResult(), ...STIG);
    expect([status, contradictedBy]).toEqual(["contradicted", ["plaintext-value"]]);
  });

  test("by identity first, before any data is looked at", () => {
    const result = seenWhole({
      command: "lint-config",
      stored: [],
      sources: [],
      resources: [],
      found: [configurationFinding("config-identity-first")],
    });
    expect(statusOf(result, ...STIG)).toBe("contradicted");
    expect(statusOf(result, ...CIS_FLAG)).toBe("not-assessed");
  });

  test("by a provider that the control does not accept", () => {
    const stored = [
      value({ name: "a", valueClass: valueClass({ state: "encrypted", provider: "aesgcm", keyName: "key1" }) }),
      value({ name: "b", valueClass: valueClass({ state: "encrypted", provider: "secretbox", keyName: "key1" }) }),
    ];
    const result = seenWhole({ stored });
    expect(assessed(result, ...CIS_PROVIDERS).refusedProviders).toEqual(["aesgcm"]);
    expect(assessed(result, "NIST SP 800-53 r5", "SC-13").refusedProviders).toEqual(["secretbox"]);
    expect(statusOf(result, ...STIG)).toBe("supported");
  });

  test("a control on secrets by secrets only", () => {
    const row = value({ resource: "configmaps" });
    const result = seenWhole({
      resources: ["configmaps", "secrets"],
      stored: [row, value({ valueClass: AESCBC })],
      found: [valueFinding("plaintext-value", row)],
    });
    expect([statusOf(result, ...STIG), statusOf(result, ...AT_REST)]).toEqual(["not-assessed", "contradicted"]);
  });

  test("policy changes nothing", () => {
    const row = value();
    const found: Finding[] = [{ ...valueFinding("plaintext-value", row), level: "off" }];
    const result = seenWhole({
      stored: [row],
      found,
      policy: { failOn: "error", levels: new Map([["plaintext-value", "off"]]) },
    });
    expect(statusOf(result, ...STIG)).toBe("contradicted");
  });
});

test("nothing is supported where everybody has the key", () => {
  const result = seenWhole({ found: [configurationFinding("config-published-key")] });
  for (const [framework, id] of [STIG, AT_REST, CIS_PROVIDERS]) {
    expect([id, statusOf(result, framework, id)]).toEqual([id, "not-assessed"]);
  }
  expect(statusOf(result, "NIST SP 800-53 r5", "SC-12")).toBe("contradicted");
});

test("controls of one platform are left alone elsewhere", () => {
  const live = seenWhole({ sources: [source({ kind: "live" })], looked: { ...EVERYTHING, wal: true } });
  expect(statusOf(live, "CIS AKS Benchmark", "5.3.1")).toBe("not-assessed");
  expect(statusOf(seenWhole(), "CIS AKS Benchmark", "5.3.1")).toBe("supported");
  expect(statusOf(seenWhole(), "CIS GKE Benchmark", "5.3.1")).toBe("not-assessed");
  const openshift = seenWhole({ prefixes: ["/kubernetes.io", "/openshift.io"] });
  expect(statusOf(seenWhole(), "CIS OpenShift Benchmark 1.9", "1.2.29")).toBe("not-assessed");
  expect(statusOf(openshift, "CIS OpenShift Benchmark 1.9", "1.2.29")).toBe("supported");
});

test("what asks for a procedure is never supported", () => {
  for (const [framework, id] of [
    ["PCI DSS 4.0", "3.6.1.1"],
    ["PCI DSS 4.0", "3.7.4"],
  ] as const) {
    expect(statusOf(seenWhole(), framework, id)).toBe("not-assessed");
  }
});
