import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Scanned, scan } from "../cli/live-program.ts";
import { type Run, runProgram } from "../corpus/run-program.ts";
import { runCommand } from "../etcd/run-command.ts";
import { EtcdServer } from "../etcd/server.ts";
import { ApiServer } from "./api-server.ts";
import type { ClusterBinaries } from "./describe-kubernetes.ts";
import { type Judgement, judgementOf, keyOf } from "./judgement.ts";
import type { KubernetesObject } from "./rest-client.ts";
import { type Rewrite, rewriteAll } from "./rewrite.ts";
import { unreadableKeys } from "./unreadable-objects.ts";

/** How a cluster of the tests differs from a plain one. */
export interface ClusterOptions {
  /** Text of the EncryptionConfiguration; none when not given. */
  readonly configuration?: string;
  /** Further flags of every API server. */
  readonly flags?: readonly string[];
}

/**
 * A real etcd and real API servers on it: what a story turns, rotates and rewrites, with the auditor to ask after each
 * step. Compactions come when asked for.
 */
export class Cluster {
  readonly etcd: EtcdServer;
  /** The API servers that run now. */
  readonly servers: ApiServer[] = [];
  private readonly binaries: ClusterBinaries;
  private readonly flags: readonly string[];
  private readonly folder: string;
  private snapshots = 0;

  private constructor(binaries: ClusterBinaries, etcd: EtcdServer, folder: string, flags: readonly string[]) {
    this.binaries = binaries;
    this.etcd = etcd;
    this.folder = folder;
    this.flags = flags;
  }

  /** Starts etcd and one API server; both are gone when the running test has finished. */
  static async start(binaries: ClusterBinaries, options: ClusterOptions = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), "cluster-for-tests-"));
    const etcd = await EtcdServer.start(binaries.etcd);
    const cluster = new Cluster(binaries, etcd, folder, options.flags ?? []);
    onTestFinished(() => cluster.close());
    await cluster.addServer(options.configuration ?? null);
    return cluster;
  }

  /** The first API server. */
  get server(): ApiServer {
    const [server] = this.servers;
    if (server === undefined) throw new Error("no API server runs");
    return server;
  }

  /** Starts one more API server on the same etcd. */
  async addServer(configuration: string | null): Promise<ApiServer> {
    const server = await this.startServer(configuration, "ready");
    this.servers.push(server);
    return server;
  }

  /** Ends an API server and starts it with another configuration. */
  async restart(configuration: string | null, number = 0): Promise<ApiServer> {
    await this.servers[number]?.kill();
    const server = await this.startServer(configuration, "ready");
    this.servers[number] = server;
    return server;
  }

  /** Creates the objects through one of the API servers. */
  async create(path: string, objects: readonly KubernetesObject[], server = this.server): Promise<void> {
    for (const object of objects) await server.must("POST", path, object);
  }

  /** Writes every object of a list again through one of the API servers. */
  rewrite(path: string, { server = this.server, ...how }: RewriteOptions = {}): Promise<Rewrite> {
    return rewriteAll(server, path, how);
  }

  /**
   * The etcd keys that an API server with this configuration can't give out: one is started for that on a copy of the
   * data, and asked for every object.
   */
  async unreadableObjects(configuration: string | null): Promise<readonly string[]> {
    const etcd = await EtcdServer.start(this.binaries.etcd, { snapshot: await this.snapshot() });
    try {
      const trial = await this.startServer(configuration, "serving", etcd);
      return await unreadableKeys(etcd, this.server, trial).finally(() => trial.kill());
    } finally {
      await etcd.close();
    }
  }

  /** Runs kubectl against one of the API servers. */
  kubectl(args: readonly string[], input = "", server = this.server): Promise<string> {
    const { kubectl } = this.binaries.kubernetes;
    if (kubectl === null) throw new Error("no kubectl beside kube-apiserver or on the PATH");
    const own = [`--kubeconfig=${server.kubeconfig}`, `--cache-dir=${join(this.folder, "kubectl-cache")}`];
    return runCommand(kubectl, [...own, ...args], { input });
  }

  /** Compacts at the newest revision and waits until it is done. */
  async compact(): Promise<void> {
    const [status] = JSON.parse(await this.etcd.etcdctl(["endpoint", "status", "-w", "json"]));
    await this.etcd.etcdctl(["compact", "--physical", String(status.Status.header.revision)]);
  }

  /** Has the member write its database anew. */
  async defragment(): Promise<void> {
    await this.etcd.etcdctl(["defrag"]);
  }

  /** Saves a snapshot and gives its path. */
  async snapshot(): Promise<string> {
    const file = join(this.folder, `snapshot-${this.snapshots++}.db`);
    await this.etcd.etcdctl(["snapshot", "save", file]);
    return file;
  }

  /** Scans the running etcd: secrets, or what the arguments name. */
  async judge(...args: readonly string[]): Promise<Judgement> {
    return judgementOf(await this.scan(...args));
  }

  /** Scans the running etcd against EncryptionConfigurations in force: their text. */
  async judgeUnder(...configurations: readonly string[]): Promise<Judgement> {
    return judgementOf(await this.scan(...(await this.configurationFlags(configurations))));
  }

  /** The etcd keys that findings of a kind name, when the running etcd is scanned against a configuration. */
  async keysFound(kind: string, configuration: string): Promise<readonly string[]> {
    const { report } = await this.scan(...(await this.configurationFlags([configuration])));
    const findings = report?.findings.filter((finding) => finding.kind === kind) ?? [];
    return findings.map(({ key }) => key ?? "");
  }

  /** The first words of the answer whether a key may go, of the running etcd under the configurations in force. */
  async mayGo(key: string, ...configurations: readonly string[]): Promise<string> {
    const flags = await this.configurationFlags(configurations);
    const { stdout } = await this.verifyRotation("--retire", key, ...flags);
    return stdout.toString().split(":", 1)[0] ?? "";
  }

  /** The live etcd keys that `verify-rotation` names as unreadable under a next configuration. */
  async unreadableAfter(configuration: string): Promise<readonly string[]> {
    const [, file = ""] = await this.configurationFlags([configuration]);
    const { stdout, stderr, status } = await this.verifyRotation("--next", file, "-o", "json");
    if (status !== 0 && status !== 1) throw new Error(`verify-rotation gave no answer (exit ${status}): ${stderr}`);
    const { findings } = JSON.parse(stdout.toString()) as {
      findings: readonly { readonly kind: string; readonly key: string | null; readonly location: string | null }[];
    };
    const live = findings.filter(({ kind, location }) => kind === "unreadable-after" && location === "head");
    return live.map(({ key }) => key ?? "");
  }

  /**
   * The live etcd keys that can't be read under a next configuration: what the auditor foretells, and what the API server
   * finds out.
   * @throws Error where the two are not the same
   */
  async unreadableUnder(configuration: string): Promise<readonly string[]> {
    const foretold = await this.unreadableAfter(configuration);
    const found = await this.unreadableObjects(configuration);
    if (foretold.join() === found.join()) return found;
    throw new Error(`foretold: ${foretold.join(", ")}; found by the API server: ${found.join(", ")}`);
  }

  private verifyRotation(...args: readonly string[]): Promise<Run> {
    // A machine that builds and tests at once may keep etcd waiting for its disk.
    const patience = ["--dial-timeout", "30s", "--command-timeout", "60s"];
    return runProgram(["verify-rotation", "--endpoints", this.etcd.endpoint, "--no-residue", ...patience, ...args]);
  }

  /** Scans a snapshot taken now, freed pages included. */
  async judgeSnapshot(...args: readonly string[]): Promise<Judgement> {
    return judgementOf(await scan([await this.snapshot(), ...args]));
  }

  /** The live etcd keys whose value is under a key, by the auditor's inventory. */
  async keysUnder(key: string, ...args: readonly string[]): Promise<readonly string[]> {
    const { inventory } = await this.scan(...args);
    const lines = inventory?.filter((line) => line.location === "head" && keyOf(line) === key) ?? [];
    return lines.map((line) => line.key ?? "");
  }

  /** `scan` of the running etcd, with all that it gave. */
  scan(...args: readonly string[]): Promise<Scanned> {
    return scan(["--endpoints", this.etcd.endpoint, ...args]);
  }

  private async configurationFlags(configurations: readonly string[]): Promise<readonly string[]> {
    const files = configurations.map((_, number) => join(this.folder, `asked-${number}.yaml`));
    for (const [number, file] of files.entries()) await writeFile(file, configurations[number] ?? "", { mode: 0o600 });
    return files.flatMap((file) => ["--encryption-config", file]);
  }

  private startServer(
    configuration: string | null,
    isEnough: "ready" | "serving",
    etcd = this.etcd,
  ): Promise<ApiServer> {
    const { folder, flags } = this;
    return ApiServer.start({ binaries: this.binaries.kubernetes, etcd, folder, configuration, flags }, isEnough);
  }

  private async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await this.etcd.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface RewriteOptions {
  readonly server?: ApiServer;
  readonly annotation?: string;
}
