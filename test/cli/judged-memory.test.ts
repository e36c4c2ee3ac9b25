import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { measure } from "../../bench/measure.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { block, configurationText, KEY_A, local } from "../configuration/read.ts";
import { PROGRAM } from "../corpus/run-program.ts";
import { gcm } from "../proof/rebuild-stored.ts";

const RESOURCES = ["secrets", ...Array.from({ length: 49 }, (_, index) => `kind${index}s.example.com`)];
const VALUES = 100_000;
/** Bytes of each value before it is encrypted. */
const SIZE = 600;
const MOST_ABOVE_IDLE = 150 * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "judged-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One value of each resource after the other, all under one key of aesgcm. */
function records() {
  const key = Buffer.from(KEY_A, "base64");
  const plaintext = Buffer.concat([Buffer.from('{"data":"'), Buffer.alloc(SIZE, "x"), Buffer.from('"}')]);
  return Array.from({ length: VALUES }, (_, index) => {
    const resource = RESOURCES[index % RESOURCES.length] ?? "";
    const [plural = "", group] = resource.split(/\.(.*)/);
    const etcdKey = `/registry/${group === undefined ? plural : `${group}/${plural}`}/default/object-${index}`;
    const body = gcm(key, randomBytes(12), plaintext, Buffer.from(etcdKey));
    return { revision: index + 2, key: etcdKey, value: Buffer.concat([Buffer.from("k8s:enc:aesgcm:v1:k:"), body]) };
  });
}

test.runIf(process.platform === "linux")(
  "50 resources and 100,000 values are opened in bounded memory",
  async () => {
    const [snapshot, configuration, report] = ["snapshot.db", "configuration.yaml", "report.json"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(snapshot, etcdSnapshot({ records: records() }).bytes);
    const blocks = RESOURCES.map((resource) => block(resource, local("aesgcm", ["k", KEY_A]), "identity: {}"));
    writeFileSync(configuration, configurationText(...blocks), { mode: 0o600 });
    const idle = await measure([process.execPath, "-e", "setTimeout(() => {}, 500)"]);
    const flags = ["--encryption-config", configuration, "-o", `json=${report}`, "--fail-on", "error"];
    const scan = await measure([process.execPath, PROGRAM, "scan", snapshot, ...flags]);
    const { looked } = JSON.parse(readFileSync(report, "utf8")) as { looked: { decrypted: unknown } };
    expect(looked.decrypted).toEqual({ verified: VALUES, plausible: 0, notVerifiable: 0 });
    expect(scan.peakBytes - idle.peakBytes).toBeLessThan(MOST_ABOVE_IDLE);
  },
  300_000,
);
