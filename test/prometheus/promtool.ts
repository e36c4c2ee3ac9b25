import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { unpackDebianPackages } from "../etcd/debian-packages.ts";
import { withLock } from "../etcd/lock.ts";

/** What promtool says of a text: status 0 and no word where it has nothing against it. */
export type MetricsCheck = (text: string) => { readonly status: number | null; readonly output: string };

const cache = fileURLToPath(new URL("../../node_modules/.cache/etcd-encryption-auditor", import.meta.url));

/** Finds Prometheus' checker, or gets it: `$PROMTOOL`, the PATH, the cache, Debian's package. */
async function findPromtool(): Promise<string> {
  const named = process.env["PROMTOOL"];
  if (named !== undefined && named !== "") return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const folder = folders.find((each) => each !== "" && existsSync(join(each, "promtool")));
  return join(folder ?? (await fromDebian()), "promtool");
}

async function fromDebian(): Promise<string> {
  const folder = join(cache, "promtool-debian");
  await mkdir(cache, { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    try {
      await unpackDebianPackages(unfinished, ["prometheus"], ["promtool"]);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
  return folder;
}

const search = await findPromtool().then(
  (path) => ({ path, reason: "" }),
  (error: unknown) => ({ path: null, reason: error instanceof Error ? error.message : String(error) }),
);
if (search.path === null) {
  const message = `no promtool for the tests of metrics: ${search.reason}\n`;
  if (process.env["CI"] && process.platform === "linux") throw new Error(message);
  process.stderr.write(message);
}

/** A suite that needs promtool: skipped where it can't be had, and on Linux a failure there when `CI` is set. */
export function describePromtool(name: string, body: (check: MetricsCheck) => void): void {
  describe.skipIf(search.path === null)(name, () =>
    body((text) => {
      const { status, stdout, stderr } = spawnSync(search.path ?? "", ["check", "metrics"], { input: text });
      return { status, output: `${stdout}${stderr}` };
    }),
  );
}
