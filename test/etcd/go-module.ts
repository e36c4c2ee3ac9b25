import { join } from "node:path";
import { runCommand } from "./run-command.ts";

const PROGRAMS = { etcd: "server", etcdctl: "etcdctl", etcdutl: "etcdutl" } as const;

/** Builds the programs that `module`'s go.mod names as tools, with the checksums of its go.sum, into `folder`. */
export async function buildGoModule(module: string, folder: string): Promise<void> {
  for (const [program, part] of Object.entries(PROGRAMS)) {
    const args = ["build", "-trimpath", "-ldflags=-s -w", "-o", join(folder, program), `go.etcd.io/etcd/${part}/v3`];
    await runCommand("go", args, { directory: module, env: { CGO_ENABLED: "0" } });
  }
}
