import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AuditResult } from "../../../src/model/audit-result.ts";
import { escapeForTerminal, keyLine } from "../../../src/report/escape.ts";
import { findingRow } from "../../../src/report/finding-row.ts";
import { collect } from "../collect.ts";
import {
  emptyResult,
  failingResult,
  hostileResult,
  incompleteResult,
  passingResult,
  sourceFinding,
} from "../sample-reports.ts";
import { AESCBC, sampleResult, value, valueFinding } from "../sample-result.ts";
import { elementsOf, findingsOfPage, textOf } from "./read-page.ts";

const RESULTS: readonly (readonly [name: string, result: AuditResult])[] = [
  ["failing", failingResult()],
  ["passing", passingResult()],
  ["incomplete", incompleteResult()],
  ["empty", emptyResult()],
  ["hostile", hostileResult()],
];

async function pageOf(result: AuditResult): Promise<string> {
  return (await collect("html", result)).text;
}

describe.each(RESULTS)("the page of the %s result", (_, result) => {
  test("allows its own script and style sheet, and nothing else", async () => {
    const html = await pageOf(result);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const hashes = (name: string) =>
      elementsOf(html.replace(/<script type="application\/json"[\s\S]*?<\/script>/g, ""), name).map(
        (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
      );
    expect(policy.split("; ").slice(0, 3)).toEqual([
      "default-src 'none'",
      `script-src ${hashes("script").join(" ")}`,
      `style-src ${hashes("style").join(" ")}`,
    ]);
    expect([hashes("script").length, hashes("style").length]).toEqual([1, 1]);
    expect(html.indexOf("<style>")).toBeGreaterThan(html.indexOf("Content-Security-Policy"));
  });

  test("has no address but its own sections, no inline style and no event attribute", async () => {
    const html = (await pageOf(result)).replace(/<(script|style)\b[\s\S]*?<\/\1>/g, "");
    const addresses = [...html.matchAll(/\b(?:href|src|action|srcset)="([^"]*)"/g)].map((match) => match[1] ?? "");
    for (const address of addresses) {
      expect(address).toMatch(/^#/);
      expect(html).toContain(`id="${address.slice(1)}"`);
    }
    expect(html).not.toMatch(/<[^>]*\s(style|on\w+)=/);
  });

  test("carries every finding with the same words as the JSON report", async () => {
    const shown = findingsOfPage(await pageOf(result)).map(({ group, ...finding }) => ({
      kind: group.kind,
      level: group.level,
      resource: group.resource,
      namespace: finding.namespace,
      name: finding.name,
      etcdKey: finding.etcdKey,
      modRevision: finding.modRevision || null,
      location: group.location,
      message: finding.message,
      remediation: finding.remediation,
    }));
    const expected = [...result.findings()].map((finding) => {
      const row = findingRow(finding, result.sources);
      const visible = (text: string | null) => (text === null ? null : escapeForTerminal(text));
      const { subject } = finding;
      return {
        kind: row.kind,
        level: row.level,
        resource: visible(row.resource),
        namespace: visible(row.namespace),
        name: visible(row.name),
        etcdKey: subject.kind === "value" ? keyLine(subject.value.key).text : null,
        modRevision: row.modRevision,
        location: row.location,
        message: visible(row.message),
        remediation: visible(row.remediation),
      };
    });
    expect(shown).toEqual(expected);
  });

  test("begins with the verdict and what was not looked at, before any number", async () => {
    const text = textOf(await pageOf(result));
    const order = [result.verdict.toUpperCase(), "Not looked at:", "live values audited", "Scope", "Findings"];
    const places = order.map((words) => text.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
  });
});

describe("the page of findings that many share", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const row = value({
        namespace: `team-${Math.floor(index / 100)}`,
        name: `secret-${index}`,
        modRevision: index + 2,
      });
      return valueFinding("plaintext-value", row);
    });

  test("is written from one reading of the findings, and stays small", async () => {
    const found = many(20_000);
    let readings = 0;
    const result = sampleResult({ found });
    const { bytes } = await collect("html", {
      ...result,
      findings() {
        readings++;
        return found;
      },
    });
    expect(readings).toBe(1);
    expect(bytes.length / found.length).toBeLessThan(50);
    expect(findingsOfPage(bytes.toString("utf8"))).toHaveLength(found.length);
  });

  test("holds the first rows as plain HTML, and says how many more there are", async () => {
    const html = await pageOf(sampleResult({ found: many(1234) }));
    const rows = elementsOf(elementsOf(html, "table").find((table) => table.includes("data-column")) ?? "", "tr");
    expect(rows).toHaveLength(201);
    expect(textOf(rows[200] ?? "")).toBe("error plaintext-value secrets team-1 secret-199 identity live 201");
    expect(textOf(elementsOf(html, "noscript").join(""))).toContain("The first 200 of 1,234 findings");
  });

  test("tells a value of a freed page by its offset, and one of the WAL without a revision", async () => {
    const result = sampleResult({
      found: [
        valueFinding("plaintext-residue", value({ location: "free-page", offset: 4096, modRevision: 7 })),
        valueFinding("plaintext-residue", value({ location: "free-page", offset: 8192, modRevision: 9 })),
        valueFinding("plaintext-residue", value({ location: "wal", file: "0.wal", offset: 77, modRevision: 0 })),
      ],
    });
    const messages = findingsOfPage(await pageOf(result)).map(({ message }) => message);
    expect(messages).toEqual([...result.findings()].map((finding) => findingRow(finding, result.sources).message));
    expect(new Set(messages).size).toBe(3);
  });

  test("without any says so, and has no table", async () => {
    const html = await pageOf(sampleResult({ verdict: "pass" }));
    expect(textOf(html)).toContain("Findings There are none.");
    expect(html).not.toContain('id="finding-table"');
  });
});

test("policy, several sources and their hashes are told", async () => {
  const base = failingResult();
  const [first] = base.sources;
  if (first === undefined) throw new Error("the sample has a source");
  const second = { ...first, path: "/backup/older.db", sha256: "ab".repeat(32), compactRevision: null };
  const html = await pageOf({
    ...base,
    sources: [first, second],
    policy: { failOn: "warning", levels: new Map([["unlooked-prefix", "note"]]) },
    findings: () => [{ ...sourceFinding({ kind: "no-secrets-stored" }), source: 1 }],
  });
  const text = textOf(html);
  expect(text).toContain("Source 1 Kind snapshot Path /backup/etcd-2026-11-20.db");
  expect(text).toContain(`Source 2 Kind snapshot Path /backup/older.db SHA-256 ${"ab".repeat(32)}`);
  expect(text).toContain("--fail-on warning, --level unlooked-prefix=note");
  expect(html).toContain('data-column="source"');
});

test("a fail for another reason than plaintext says what stands against a pass", async () => {
  const stale = value({ valueClass: AESCBC });
  const text = textOf(await pageOf(sampleResult({ stored: [stale], found: [valueFinding("stale-key", stale)] })));
  expect(text).toContain(
    "The one live value of secrets is encrypted. 1 live value is readable, but not under the write key.",
  );
});
