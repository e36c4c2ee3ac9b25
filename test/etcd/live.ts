import { describe } from "vitest";
import { type EtcdBinaries, findEtcd } from "./find-etcd.ts";

const none: EtcdBinaries = { etcd: "", etcdctl: "", etcdutl: null, version: "none" };
const search = await findEtcd();
if (search.kind === "missing") {
  const reasons = search.reasons.map((reason) => `  ${reason}`).join("\n");
  const message = `no etcd for the live tests:\n${reasons}\n`;
  if (process.env["CI"]) throw new Error(message);
  process.stderr.write(message);
}

/** A suite that needs a real etcd: skipped where none can be had, and a failure there when `CI` is set. */
export function describeLive(name: string, body: (binaries: EtcdBinaries) => void): void {
  const { binaries } = search.kind === "found" ? search : { binaries: none };
  describe.skipIf(search.kind === "missing")(`${name} (etcd ${binaries.version})`, () => body(binaries));
}
