import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyFromCompose } from "./compose-image.ts";
import { unpackDebianPackages } from "./debian-packages.ts";
import { buildGoModule } from "./go-module.ts";
import { madeOnce } from "./made-once.ts";
import { runCommand } from "./run-command.ts";

/** Programs of one etcd release that run on this machine. */
export interface EtcdBinaries {
  readonly etcd: string;
  readonly etcdctl: string;
  /** Since etcd 3.5 on its own; null where this release has none. */
  readonly etcdutl: string | null;
  readonly version: string;
}

/** Outcome of the search: programs, or why each way to them failed. */
export type EtcdSearch =
  | { readonly kind: "found"; readonly binaries: EtcdBinaries; readonly reasons: readonly string[] }
  | { readonly kind: "missing"; readonly reasons: readonly string[] };

type Way = { readonly name: string; readonly find: () => Promise<EtcdBinaries> };

const repository = fileURLToPath(new URL("../../", import.meta.url));
const cache = join(repository, "node_modules/.cache/etcd-encryption-auditor");

/**
 * Finds an etcd of `minVersion` or newer, or gets one: `$ETCD_BIN`, the PATH, the cache, Debian's packages, a Go build,
 * an image of the compose file. A way that fails is followed by the next. Installs nothing outside the cache folder.
 * @param minVersion such as `3.6`; `$ETCD_MIN_VERSION` when not given, else any
 */
export async function findEtcd(minVersion = process.env["ETCD_MIN_VERSION"] ?? "0"): Promise<EtcdSearch> {
  const reasons: string[] = [];
  for (const way of waysToEtcd(minVersion)) {
    try {
      const binaries = await way.find();
      if (isOlder(binaries.version, minVersion)) throw new Error(`${binaries.version} is older than ${minVersion}`);
      return { kind: "found", binaries, reasons };
    } catch (error) {
      reasons.push(`${way.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { kind: "missing", reasons };
}

/** Compares dotted versions number by number. */
export function isOlder(version: string, other: string): boolean {
  const [left, right] = [version, other].map((text) => text.split(/[.-]/).map(Number)) as [number[], number[]];
  for (const [position, number] of right.entries()) {
    const difference = (left[position] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function waysToEtcd(minVersion: string): readonly Way[] {
  const debian = made("debian packages", "debian", (folder) =>
    unpackDebianPackages(folder, ["etcd-server", "etcd-client"], ["etcd", "etcdctl"]),
  );
  const release = isOlder("3.6.999", minVersion) ? "3.7" : "3.6";
  const module = join(repository, "test/etcd", release === "3.7" ? "3.7" : ".");
  const go = made(`go build of ${release}`, `go-${release}`, (folder) => buildGoModule(module, folder));
  return [
    { name: "$ETCD_BIN", find: fromVariable },
    { name: "PATH", find: fromPath },
    { name: "cache", find: () => fromCache(minVersion) },
    // Debian's release may be older than what is asked for, and to learn that takes a download.
    ...(minVersion === "0" ? [debian, go] : [go, debian]),
    made("docker compose", "compose", (folder) => copyFromCompose(repository, folder)),
  ];
}

function fromVariable(): Promise<EtcdBinaries> {
  const etcd = process.env["ETCD_BIN"];
  if (etcd === undefined || etcd === "") throw new Error("not set");
  return describeBinaries(etcd);
}

function fromPath(): Promise<EtcdBinaries> {
  const folder = foldersOfPath().find((each) => existsSync(join(each, "etcd")));
  if (folder === undefined) throw new Error("no etcd on it");
  return describeBinaries(join(folder, "etcd"));
}

async function fromCache(minVersion: string): Promise<EtcdBinaries> {
  const found: EtcdBinaries[] = [];
  for (const folder of existsSync(cache) ? await readdir(cache) : []) {
    const etcd = join(cache, folder, "etcd");
    if (!folder.startsWith("etcd-") || !existsSync(etcd)) continue;
    const binaries = await describeBinaries(etcd).catch(() => null);
    if (binaries !== null && !isOlder(binaries.version, minVersion)) found.push(binaries);
  }
  const newest = found.sort((a, b) => (isOlder(a.version, b.version) ? 1 : -1))[0];
  if (newest === undefined) throw new Error("no etcd in it that will do");
  return newest;
}

/** A way that fills a folder of the cache, once, whatever the number of test processes. */
function made(name: string, label: string, fill: (folder: string) => Promise<void>): Way {
  const folder = join(cache, `etcd-${label}`);
  const find = async (): Promise<EtcdBinaries> => {
    await madeOnce(folder, fill);
    return describeBinaries(join(folder, "etcd"));
  };
  return { name, find };
}

async function describeBinaries(etcd: string): Promise<EtcdBinaries> {
  const version = /etcd Version: (\S+)/.exec(await runCommand(etcd, ["--version"]))?.[1];
  if (version === undefined) throw new Error(`${etcd} --version does not tell a version`);
  const etcdctl = process.env["ETCDCTL_BIN"] ?? neighbour(etcd, "etcdctl");
  if (etcdctl === null) throw new Error(`no etcdctl beside ${etcd}`);
  return { etcd, etcdctl, etcdutl: neighbour(etcd, "etcdutl"), version };
}

function neighbour(etcd: string, name: string): string | null {
  const folder = [dirname(etcd), ...foldersOfPath()].find((each) => existsSync(join(each, name)));
  return folder === undefined ? null : join(folder, name);
}

function foldersOfPath(): string[] {
  return [...(process.env["PATH"] ?? "").split(delimiter), join(homedir(), "go/bin")].filter((each) => each !== "");
}
