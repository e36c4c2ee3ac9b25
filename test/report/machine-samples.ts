import type { AuditResult } from "../../src/model/audit-result.ts";
import type { ConfigurationDetail, Finding, FindingKind } from "../../src/model/finding.ts";
import { DEFAULT_LEVELS } from "../../src/model/finding.ts";
import { emptyResult, failingResult, hostileResult, incompleteResult, passingResult } from "./sample-reports.ts";
import { sampleResult, source, value, valueClass, valueFinding } from "./sample-result.ts";

/** Names that try to end or to begin something in a format that machines read. */
export const MARKUP_NAMES = [
  "a|b||c",
  "`code` ``two`` ```fence",
  "]]>",
  "<script>alert(1)</script>",
  "<!-- comment",
  "[link](https://evil.example/)",
  "![image](//evil.example/x.png)",
  "@everyone #12 www.evil.example https://evil.example me@evil.example",
  "{0} {{1}}",
  "&amp;&#60;",
  "\\\\|\\`",
  "\u0000\u0001\u001b]0;t\u0007",
  "\u2028\u2029\u202e\u2066",
  "\ufffe\uffff",
  "half \ud800 pair",
  " blanks at both ends ",
  "",
  'quotes " and \' and \\"',
  "line\r\nfeed\n# heading\n- list\n| a | b |",
  `long-${"x".repeat(3000)}`,
] as const;

/** Every name that tries something, in every place that takes a name. */
export function markupResult(): AuditResult {
  const rows = MARKUP_NAMES.map((name) =>
    value({
      name,
      namespace: name,
      resource: name,
      key: Buffer.from(`/registry/${name}`),
      valueClass: valueClass({ keyName: name, keyId: name, kekVersion: name, provider: "kms-v2", state: "malformed" }),
    }),
  );
  const notUtf8 = value({ key: Buffer.from([0x2f, 0xff, 0x60, 0x7c, 0x00]), name: null, namespace: null });
  return sampleResult({
    stored: [...rows, notUtf8],
    found: [
      ...rows.map((row) => valueFinding("malformed-ciphertext", row)),
      ...rows.map((row) => valueFinding("plaintext-value", row)),
      valueFinding("plaintext-value", notUtf8),
      ...MARKUP_NAMES.map((name, line) =>
        configurationFinding("config-weak-key", { file: name, line: line + 1, message: `says ${name}`, remedy: name }),
      ),
    ],
    cluster: MARKUP_NAMES.join(" "),
    verdict: "incomplete",
    exitCode: 3,
    prefixes: MARKUP_NAMES,
    resources: MARKUP_NAMES,
    sources: MARKUP_NAMES.map((name, index) =>
      source({
        path: index % 2 === 0 ? name : null,
        endpoints: index % 2 === 0 ? null : [`https://${name}`],
        incompleteReasons: [{ code: "read-failed", message: `can't read ${name}: do ${name}` }],
      }),
    ),
  });
}

/** A finding about a configuration. */
export function configurationFinding(kind: FindingKind, fields: Partial<ConfigurationDetail> = {}): Finding {
  const detail: ConfigurationDetail = {
    file: "/etc/kubernetes/encryption.yaml",
    line: 7,
    resource: "secrets",
    key: { provider: "aescbc", name: "key1" },
    identity: `${fields.line ?? 7}`,
    message: "rule 1 stores secrets with identity",
    remedy: "put a provider that encrypts first",
    ...fields,
  };
  return { kind, level: DEFAULT_LEVELS[kind], source: null, subject: { kind: "configuration", detail } };
}

/** Two findings in one configuration, no data looked at. */
export function lintResult(): AuditResult {
  return sampleResult({
    command: "lint-config",
    sources: [],
    prefixes: [],
    resources: [],
    configs: [
      {
        path: "/etc/kubernetes/encryption.yaml",
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        kind: "EncryptionConfiguration",
        resources: [{ resource: "secrets", writeKey: "identity", readKeys: ["identity", "aescbc/key1"] }],
      },
    ],
    looked: {
      head: false,
      history: false,
      freePages: false,
      tail: false,
      wal: false,
      configuration: true,
      kmsCurrent: false,
      decrypted: { verified: 0, plausible: 0, notVerifiable: 0 },
    },
    found: [
      configurationFinding("config-identity-first"),
      configurationFinding("config-weak-key", { line: 9, message: "aescbc/key1 is one byte repeated" }),
    ],
  });
}

/** Every sample, by the name of its golden files. */
export const SAMPLES = {
  failing: failingResult,
  passing: passingResult,
  incomplete: incompleteResult,
  empty: emptyResult,
  hostile: hostileResult,
  markup: markupResult,
  lint: lintResult,
} as const;

/** 100,000 findings, made when asked for and kept nowhere. */
export function manyFindings(count = 100_000): AuditResult {
  const row = value();
  const finding = valueFinding("plaintext-value", row);
  const result = sampleResult({ stored: [row], found: [finding] });
  return {
    ...result,
    summary: {
      ...result.summary,
      findings: { byLevel: { error: count, warning: 0, note: 0 }, byKind: new Map([["plaintext-value", count]]) },
    },
    *findings() {
      for (let index = 0; index < count; index++) {
        yield valueFinding("plaintext-value", value({ name: `secret-${index}` }));
      }
    },
  };
}
