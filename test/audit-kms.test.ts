import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { AuditOptions } from "../src/audit.ts";
import { ETCD_KEY, valueV1, valueV2, wrap } from "./kms/kms-values.ts";
import { KmsPlugin, type KmsPluginOptions } from "./kms-plugin/kms-plugin.ts";
import { auditRecords } from "./tally/audit-records.ts";

const KEY = ETCD_KEY.toString();
const OTHER = "/registry/secrets/default/two";

async function started(options: KmsPluginOptions = {}): Promise<KmsPlugin> {
  const plugin = await KmsPlugin.start(options);
  onTestFinished(() => plugin.close());
  return plugin;
}

/** A configuration file whose one provider is the plugin. */
function configured(plugin: KmsPlugin, apiVersion: "v1" | "v2"): string {
  const folder = mkdtempSync(join(tmpdir(), "audit-kms-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "configuration.yaml");
  const kms = { apiVersion, name: "plugin", endpoint: plugin.endpoint, timeout: "3s" };
  const resources = [{ resources: ["secrets"], providers: [{ kms }, { identity: {} }] }];
  const configuration = { apiVersion: "apiserver.config.k8s.io/v1", kind: "EncryptionConfiguration", resources };
  writeFileSync(path, JSON.stringify(configuration), { mode: 0o600 });
  return path;
}

/** Two values of KMS v2: the first under an older key ID, the second under the present one. */
async function rotated() {
  const plugin = await started();
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const first = valueV2(wrap(plugin, older), older, plugin.keyId, "seed");
  const oldKeyId = plugin.keyId;
  plugin.keyVersion = 2;
  const second = valueV2(wrap(plugin, newer), newer, plugin.keyId, "seed");
  const records = [
    { revision: 2, key: KEY, value: first },
    { revision: 3, key: OTHER, value: second },
  ];
  return { plugin, records, oldKeyId };
}

async function staleIn(records: Parameters<typeof auditRecords>[0], options: Omit<AuditOptions, "path">) {
  const result = await auditRecords(records, options);
  const stale = [...result.findings()].filter(({ kind }) => kind === "stale-kms-key");
  const told = stale.map(({ subject, level }) => [
    subject.kind === "value" ? Buffer.from(subject.value.key).toString() : "",
    level,
  ]);
  return { result, told };
}

describe("a value under an older KMS key than the one in force", () => {
  test("is told as a warning where only the newest seen can be taken for it", async () => {
    const { records } = await rotated();
    const { result, told } = await staleIn(records, {});
    expect(told).toEqual([[KEY, "warning"]]);
    expect(result.looked.kmsCurrent).toBe(false);
  });

  test("is told as an error by the plugin's own word, also before anything was written under the new key", async () => {
    const { plugin, records } = await rotated();
    const options = { configurations: [configured(plugin, "v2")], kmsStatus: true };
    const { result, told } = await staleIn(records, options);
    expect(told).toEqual([[KEY, "error"]]);
    expect(result.looked.kmsCurrent).toBe(true);
    plugin.keyVersion = 3;
    expect((await staleIn(records, options)).told).toEqual([
      [KEY, "error"],
      [OTHER, "error"],
    ]);
  });

  test("is told by who names the key in force", async () => {
    const { records, oldKeyId } = await rotated();
    expect((await staleIn(records, { currentKmsKeys: [`kms-v2/plugin@${oldKeyId}`] })).told).toEqual([
      [OTHER, "error"],
    ]);
    const unknown = auditRecords(records, { currentKmsKeys: ["kms-v2/plugni@1"] });
    await expect(unknown).rejects.toMatchObject({ code: "UNKNOWN_KEY" });
    const formless = auditRecords(records, { currentKmsKeys: ["kms-v2/plugin"] });
    await expect(formless).rejects.toMatchObject({ code: "USAGE" });
  });

  test("of KMS v1 is told by the version in the wrapped data key, of which the newest is the one written last", async () => {
    const plugin = await started();
    const dek = randomBytes(32);
    plugin.keyVersion = 10;
    const tenth = valueV1(wrap(plugin, dek), dek);
    plugin.keyVersion = 9;
    const ninth = valueV1(wrap(plugin, dek), dek);
    const records = [
      { revision: 2, key: KEY, value: ninth },
      { revision: 3, key: OTHER, value: tenth },
    ];
    expect((await staleIn(records, {})).told).toEqual([[KEY, "warning"]]);
    expect((await staleIn(records, { currentKmsKeys: ["kms-v1/plugin@vault:v9"] })).told).toEqual([[OTHER, "error"]]);
  });
});

test("a plugin that is asked and does not answer makes the audit incomplete", async () => {
  const { plugin, records } = await rotated();
  const configurations = [configured(plugin, "v2")];
  await plugin.close();
  const result = await auditRecords(records, { configurations, kmsStatus: true });
  expect([result.verdict, result.exitCode]).toEqual(["incomplete", 3]);
  expect(result.sources[0]?.incompleteReasons[0]?.code).toBe("kms-plugin");
});

test("plugins that unwrap each data key once prove which values open", async () => {
  const { plugin, records } = await rotated();
  const configurations = [configured(plugin, "v2")];
  const opened = await auditRecords(records, { configurations, kmsDecrypt: true });
  // The second value is authenticated with the etcd key of the first.
  expect(opened.looked.decrypted).toEqual({ verified: 1, plausible: 0, notVerifiable: 1 });
  expect([...opened.findings()].filter(({ kind }) => kind === "decryption-failed")).toHaveLength(1);
  expect(plugin.calls.filter((path) => path.endsWith("/Decrypt"))).toHaveLength(2);
  plugin.destroyed.add(1);
  const destroyed = await auditRecords(records, { configurations, kmsDecrypt: true });
  expect([...destroyed.findings()].filter(({ kind }) => kind === "decryption-failed")).toHaveLength(2);
});

test.each([[{ kmsStatus: true }], [{ kmsDecrypt: true }]])("%j needs a configuration", async (options) => {
  await expect(auditRecords([], options)).rejects.toMatchObject({ code: "USAGE" });
});
