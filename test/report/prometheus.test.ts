import { describe, expect, test } from "vitest";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { loadReporter } from "../../src/report/index.ts";
import { failedRunText, isMetricsText } from "../../src/report/prometheus-run.ts";
import { describePromtool } from "../prometheus/promtool.ts";
import { collect } from "./collect.ts";
import { manyFindings, SAMPLES } from "./machine-samples.ts";
import { failingResult, incompleteResult, passingResult } from "./sample-reports.ts";
import { AESCBC, KMS_V2, sampleResult, value, valueClass, valueFinding } from "./sample-result.ts";

const LAST_SUCCESS = "etcd_encryption_scan_last_success_timestamp_seconds";

async function metricsOf(result: AuditResult): Promise<readonly string[]> {
  return (await collect("prometheus", result)).text.split("\n");
}

async function following(previousReport: string, result: AuditResult): Promise<string> {
  const chunks: string[] = [];
  const out = {
    write(chunk: string | Uint8Array) {
      chunks.push(String(chunk));
      return undefined;
    },
  };
  const { write } = await loadReporter("prometheus");
  await write(result, out, { columns: null, color: false, previousReport, notice() {} });
  return chunks.join("");
}

describe.each(Object.entries(SAMPLES))("the metrics of the %s sample", (name, result) => {
  test("are as they always were", async () => {
    await expect((await collect("prometheus", result())).text).toMatchFileSnapshot(`../golden/prometheus-${name}.prom`);
  });

  test("have the contract's names and labels, each series once", async () => {
    const lines = (await metricsOf(result())).filter((line) => line !== "" && !line.startsWith("#"));
    const series = lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(new Set(series).size).toBe(series.length);
    for (const each of series) {
      expect(each.replace(/="(?:[^"\\]|\\.)*"/g, "")).toMatch(
        /^etcd_encryption_(?:values\{cluster,resource,location,state,provider,key_name\}|findings\{cluster,kind,level\}|scan_(?:exit_code|complete|duration_seconds|last_attempt_timestamp_seconds|last_success_timestamp_seconds)\{cluster\})$/,
      );
    }
  });
});

describePromtool("Prometheus' own checker", (check) => {
  test.each(Object.entries(SAMPLES))("takes the metrics of the %s sample", async (_, result) => {
    expect(check((await collect("prometheus", result())).text)).toEqual({ status: 0, output: "" });
  });

  test("takes those of a run that scanned nothing, and refuses what is none", () => {
    const at = new Date("2026-11-22T10:00:00Z");
    const run = { cluster: 'a"b\\c\nd', exitCode: 2, isComplete: false, startedAt: at, finishedAt: at };
    expect(check(failedRunText(run, undefined))).toEqual({ status: 0, output: "" });
    expect(check('a{b="c} 1\n').status).not.toBe(0);
  });
});

test("no label is a namespace, a name or a key ID", async () => {
  const hidden = { namespace: "hidden-namespace", name: "hidden-name" };
  const stored = [value({ ...hidden, valueClass: { ...KMS_V2, keyId: "hidden-id", kekVersion: "hidden-version" } })];
  const found = [valueFinding("plaintext-value", value(hidden))];
  expect((await metricsOf(sampleResult({ stored, found }))).join("\n")).not.toContain("hidden");
});

test("classes that differ in what is no label are one series", async () => {
  const stored = ["json", "protobuf"].map((encoding) =>
    value({ name: encoding, valueClass: valueClass({ encoding: encoding === "json" ? "json" : "protobuf" }) }),
  );
  const lines = await metricsOf(
    sampleResult({ stored: [...stored, value({ valueClass: AESCBC, location: "history" })] }),
  );
  expect(lines.filter((line) => line.startsWith("etcd_encryption_values{"))).toEqual([
    'etcd_encryption_values{cluster="",resource="secrets",location="head",state="plaintext",provider="identity",key_name=""} 2',
    'etcd_encryption_values{cluster="",resource="",location="history",state="encrypted",provider="aescbc",key_name="key1"} 1',
  ]);
});

test("a kind that was not looked for has no sample; one that was and is not there is 0", async () => {
  const lines = (await metricsOf(passingResult())).join("\n");
  expect(lines).toContain('etcd_encryption_findings{cluster="prod-eu-1",kind="plaintext-value",level="error"} 0');
  expect(lines).not.toContain('kind="plaintext-residue"');
  expect(lines).not.toContain('kind="config-');
});

test("where not all was seen, nothing is 0", async () => {
  const lines = (await metricsOf(incompleteResult())).filter((line) => line.startsWith("etcd_encryption_findings{"));
  expect(lines).toEqual(['etcd_encryption_findings{cluster="",kind="plaintext-value",level="error"} 2']);
});

describe("the time of the last success", () => {
  const finished = "1795341602";

  test("is that of a run that saw everything, whatever it found", async () => {
    for (const result of [passingResult(), failingResult()]) {
      expect((await metricsOf(result)).at(-2)).toMatch(new RegExp(`^${LAST_SUCCESS}\\{.*\\} ${finished}$`));
    }
  });

  test("is kept from the file before by a run that did not, and is left out where there was none", async () => {
    const before = `# HELP x\n${LAST_SUCCESS}{cluster="c"} 1790000000.5\n`;
    expect(await following(before, incompleteResult())).toContain(`${LAST_SUCCESS}{cluster=""} 1790000000.5\n`);
    expect(await following("no metrics", incompleteResult())).not.toContain(LAST_SUCCESS);
    expect(await following(`${LAST_SUCCESS}{cluster="c"} never\n`, incompleteResult())).not.toContain(LAST_SUCCESS);
  });

  test("goes through a run that scanned nothing", async () => {
    const before = (await collect("prometheus", passingResult())).text;
    const at = new Date("2026-11-23T10:00:00Z");
    const run = { cluster: "prod-eu-1", exitCode: 2, isComplete: false, startedAt: at, finishedAt: at };
    const failed = failedRunText(run, before);
    expect(failed).toContain(`${LAST_SUCCESS}{cluster="prod-eu-1"} ${finished}\n`);
    expect(failed).toContain('etcd_encryption_scan_exit_code{cluster="prod-eu-1"} 2\n');
    expect(failed).not.toContain("etcd_encryption_values");
    expect(await following(failed, incompleteResult())).toContain(`${LAST_SUCCESS}{cluster=""} ${finished}\n`);
  });
});

test("a file of metrics is told from any other", async () => {
  const at = new Date(0);
  const run = { cluster: null, exitCode: 2, isComplete: false, startedAt: at, finishedAt: at };
  expect(
    [failedRunText(run, undefined), (await collect("prometheus", SAMPLES.lint())).text, ""].map(isMetricsText),
  ).toEqual([true, true, true]);
  expect(["{}", "# HELP node_cpu_seconds_total x\n", "a"].map(isMetricsText)).toEqual([false, false, false]);
});

test("100,000 findings are a few lines", async () => {
  const lines = await metricsOf(manyFindings());
  expect(lines).toContain('etcd_encryption_findings{cluster="",kind="plaintext-value",level="error"} 100000');
  expect(lines.length).toBeLessThan(60);
});
