import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { audit } from "../../src/audit.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { Outcome } from "../../src/model/standing.ts";
import { configurationOf, configuredCorpus, repositoryCorpus } from "./repository-corpus.ts";
import { type CorpusPoint, readRevisions, type StoredRevision } from "./scenario-folder.ts";

/** The configuration in force, as plain data. */
interface PlainConfiguration {
  readonly resources: readonly {
    readonly resources: readonly string[];
    readonly providers: readonly Readonly<Record<string, PlainProvider | null>>[];
  }[];
}
interface PlainProvider {
  readonly keys?: readonly { readonly name: string }[];
  readonly name?: string;
  readonly apiVersion?: string;
}

const configured = configuredCorpus().map(({ point, path }) => ({ title: point.title, point, path }));

describe.each(configured)("$title, judged by the configuration in force", ({ point, path }) => {
  test("every live value is as readable and as stale as its place in the lists of the API server says", async () => {
    const outcomes = outcomesOf(await scan(point, [path]));
    const configuration = parse(readFileSync(path, "utf8")) as PlainConfiguration;
    const raw = new Set(point.rawValues.map(({ key }) => key));
    const live = liveRecords(point).filter(({ key }) => !raw.has(key) && !NEVER_ENCRYPTED.test(key));
    expect(live.length).toBeGreaterThan(0);
    for (const record of live) {
      const { resource, outcome } = outcomes.get(record.key) as Judged;
      expect([record.key, outcome]).toEqual([record.key, expectedOutcome(configuration, resource, record)]);
    }
  });

  test("without decrypting, names alone tell the same", async () => {
    const [opened, named] = [await scan(point, [path]), await scan(point, [path], false)];
    const raw = new Set(point.rawValues.map(({ key }) => key));
    const told = [...outcomesOf(named)].filter(([key]) => !raw.has(key));
    expect(told).toEqual([...outcomesOf(opened)].filter(([key]) => !raw.has(key)));
    expect(named.looked.decrypted).toMatchObject({ verified: 0, plausible: 0 });
  });
});

test("of values put straight into etcd all are named that the API server answered with an error, and no other", async () => {
  const point = repositoryCorpus().find(({ title }) => title === "j-mixed/with-raw-values") as CorpusPoint;
  const answered = point.rawValues.filter((raw) => raw.kube_apiserver_get !== undefined);
  const result = await scan(point, [configurationOf(point) as string]);
  const kinds = ["unreadable-value", "decryption-failed", "malformed-ciphertext", "unknown-provider"];
  const named = new Set(
    [...result.findings()].flatMap(({ kind, subject }) =>
      kinds.includes(kind) && subject.kind === "value" && subject.value.location === "head"
        ? [Buffer.from(subject.value.key).toString()]
        : [],
    ),
  );
  // Sound values of KMS whose data keys only the plugin can unwrap.
  const needPlugin = ["copied-kv1", "copied-kv2", "kms1-binarydek"].map((name) => `/registry/secrets/payments/${name}`);
  const failed = answered.filter(({ kube_apiserver_get }) => kube_apiserver_get?.code !== 200).map(({ key }) => key);
  expect(answered.map(({ key }) => key).filter((key) => named.has(key))).toEqual(
    failed.filter((key) => !needPlugin.includes(key)),
  );
});

/** Stored past the transformers: no configuration says anything of them. */
const NEVER_ENCRYPTED = /^compact_rev_key$|\/(masterleases|peerserverleases|ranges)\//;

interface Judged {
  readonly resource: string;
  readonly outcome: Outcome | undefined;
}

async function scan(point: CorpusPoint, configurations: readonly string[], decrypt = true): Promise<AuditResult> {
  const scope = { prefixes: [point.etcdPrefix], allResources: true };
  return audit({ path: point.file, configurations, decrypt, scope, keepValues: true, residue: false });
}

function outcomesOf(result: AuditResult): ReadonlyMap<string, Judged> {
  const live = [...result.values()].filter(({ location }) => location === "head");
  return new Map(
    live.map(({ key, resource, standing }) => [Buffer.from(key).toString(), { resource, outcome: standing?.outcome }]),
  );
}

function liveRecords(point: CorpusPoint): readonly StoredRevision[] {
  const newest = new Map(readRevisions(point).map((record) => [record.key, record]));
  return [...newest.values()].filter(({ tombstone }) => !tombstone);
}

/** Told from the plain YAML, not by the program's own reading of it. */
function expectedOutcome(configuration: PlainConfiguration, resource: string, record: StoredRevision): Outcome {
  const dot = resource.indexOf(".");
  const rules = [resource, dot === -1 ? "*." : `*${resource.slice(dot)}`, "*.*"];
  const rule = rules.find((name) => configuration.resources.some(({ resources }) => resources.includes(name)));
  const blocks = configuration.resources.filter(({ resources }) => rule !== undefined && resources.includes(rule));
  const keys = blocks.flatMap(({ providers }) => providers.flatMap(keysOf));
  const place = (keys.length === 0 ? ["identity"] : keys).indexOf(keyOf(record));
  if (place === -1) return "no-key";
  return place === 0 ? "current" : "stale";
}

function keysOf(provider: Readonly<Record<string, PlainProvider | null>>): readonly string[] {
  return Object.entries(provider).flatMap(([kind, settings]) => {
    if (kind === "identity") return ["identity"];
    if (kind === "kms") return [`kms-${settings?.apiVersion ?? "v1"}:${settings?.name}`];
    return (settings?.keys ?? []).map(({ name }) => `${kind}:${name}`);
  });
}

function keyOf({ prefix_provider, prefix_name }: StoredRevision): string {
  return prefix_provider === "identity" ? "identity" : `${prefix_provider}:${prefix_name}`;
}

test("a nonce that was used for two ciphertexts under one key is told, a copy of a value is not", async () => {
  const point = repositoryCorpus().find(({ title }) => title === "j-mixed/with-raw-values") as CorpusPoint;
  const result = await audit({ path: point.file, scope: { prefixes: [point.etcdPrefix] } });
  const found = [...result.findings()].filter(({ kind }) => kind === "nonce-reuse");
  const told = found.map(({ subject, level }) => [subject.kind === "value" ? subject.value.name : null, level]);
  // One bit of a copied value was changed: no writer made it, and still two ciphertexts share a nonce.
  expect(told).toEqual([
    ["cbc-api-01", "warning"],
    ["gcm-api-01", "error"],
    ["bitflip-gcm", "error"],
    ["iv-reuse", "warning"],
    ["nonce-reuse", "error"],
    ["gcm-redis-02", "error"],
  ]);
});
