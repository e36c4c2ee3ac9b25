import { mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdBinaries } from "./find-etcd.ts";
import { isOlder } from "./find-etcd.ts";
import { freePorts } from "./free-ports.ts";
import { GuardedProcess } from "./guarded-process.ts";
import { runCommand } from "./run-command.ts";

/** How a server of the tests differs from a plain one on loopback. */
export interface EtcdServerOptions {
  /** Files of the server's own certificate; the client URL is then https. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientAuthority?: string };
  /** Further flags of etcd, as they stand on its command line. */
  readonly flags?: readonly string[];
  /** Member of a cluster: its name, its peer port and the value of `--initial-cluster`. */
  readonly member?: { readonly name: string; readonly peerPort: number; readonly cluster: string };
  /** A snapshot file to begin with. */
  readonly snapshot?: string;
}

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** A real etcd in a folder of its own, on free loopback ports, without fsync. Gone at the latest with this process. */
export class EtcdServer {
  readonly binaries: EtcdBinaries;
  /** `http://127.0.0.1:PORT` or https. */
  readonly endpoint: string;
  readonly dataDirectory: string;
  /** Plain HTTP: metrics and health, nothing else. */
  readonly metricsUrl: string;
  private readonly args: readonly string[];
  private process: GuardedProcess | null = null;

  private constructor(binaries: EtcdBinaries, folder: string, ports: readonly number[], options: EtcdServerOptions) {
    const [client, metrics, peer] = ports as [number, number, number];
    this.binaries = binaries;
    this.dataDirectory = folder;
    this.endpoint = `${options.tls === undefined ? "http" : "https"}://127.0.0.1:${client}`;
    this.metricsUrl = `http://127.0.0.1:${metrics}`;
    this.args = [
      ...this.urlArgs(options, peer),
      ...tlsArgs(options),
      ...releaseArgs(binaries),
      ...(options.flags ?? []),
    ];
  }

  /**
   * Starts a server and waits until it is healthy; a member of a larger cluster is not waited for.
   * @throws Error with etcd's last words when it does not come up
   */
  static async start(binaries: EtcdBinaries, options: EtcdServerOptions = {}): Promise<EtcdServer> {
    const folder = await mkdtemp(join(tmpdir(), "etcd-for-tests-"));
    const server = new EtcdServer(binaries, folder, await freePorts(3), options);
    if (options.snapshot !== undefined) await server.restore(options.snapshot);
    await server.resume(options.member === undefined);
    return server;
  }

  /** Starts the process again over the same data, after `kill` or `stop`. */
  async resume(waitForHealth = true): Promise<void> {
    this.process = new GuardedProcess(this.binaries.etcd, this.args, this.dataDirectory);
    if (waitForHealth) await this.healthy();
  }

  /** Resolves when the server answers that it is healthy. */
  async healthy(): Promise<void> {
    const process = this.process;
    for (let waited = 0; waited < START_TIMEOUT_MS && process?.isRunning; waited += POLL_MS) {
      const answer = await fetch(`${this.metricsUrl}/health`).catch(() => null);
      if (answer?.ok && (await answer.text()).includes("true")) return;
      await sleep(POLL_MS);
    }
    await this.close();
    throw new Error(`etcd did not start: ${process?.complaint}`);
  }

  /** Runs etcdctl against this server, as its own environment variables would: no flag of the caller is changed. */
  etcdctl(args: readonly string[], input?: string): Promise<string> {
    const env = { ETCDCTL_API: "3", ETCDCTL_ENDPOINTS: this.endpoint };
    return runCommand(this.binaries.etcdctl, args, input === undefined ? { env } : { env, input });
  }

  /** Has the process stand still until it is sent SIGCONT. */
  async standStill(): Promise<void> {
    await this.process?.standStill();
  }

  /** Sends a signal to the process. */
  signal(name: NodeJS.Signals): void {
    this.process?.signal(name);
  }

  /** Has the process end in order, and waits for it; the data stay. */
  async stop(): Promise<void> {
    const process = this.process;
    this.process = null;
    await process?.stop();
  }

  /** Ends the process at once, as a crash would; the data stay. */
  async kill(): Promise<void> {
    const process = this.process;
    this.process = null;
    await process?.kill();
  }

  /** Ends the process and removes its folder. */
  async close(): Promise<void> {
    await this.kill();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  private async restore(snapshot: string): Promise<string> {
    // etcdctl of 3.4 refuses a folder that is already there.
    await rmdir(this.dataDirectory);
    const places = this.args.filter((each) => /^--(name|data-dir|initial-.*)=/.test(each));
    const { etcdutl, etcdctl } = this.binaries;
    return runCommand(etcdutl ?? etcdctl, ["snapshot", "restore", snapshot, ...places]);
  }

  private urlArgs(options: EtcdServerOptions, freePeerPort: number): readonly string[] {
    const name = options.member?.name ?? "default";
    const peer = `http://127.0.0.1:${options.member?.peerPort ?? freePeerPort}`;
    return [
      `--name=${name}`,
      `--data-dir=${this.dataDirectory}`,
      `--listen-client-urls=${this.endpoint}`,
      `--advertise-client-urls=${this.endpoint}`,
      `--listen-metrics-urls=${this.metricsUrl}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=${options.member?.cluster ?? `${name}=${peer}`}`,
    ];
  }
}

function tlsArgs({ tls }: EtcdServerOptions): readonly string[] {
  if (tls === undefined) return [];
  const own = [`--cert-file=${tls.certificate}`, `--key-file=${tls.key}`];
  if (tls.clientAuthority === undefined) return own;
  return [...own, "--client-cert-auth", `--trusted-ca-file=${tls.clientAuthority}`];
}

function releaseArgs({ version }: EtcdBinaries): readonly string[] {
  const logging = ["--logger=zap", "--log-level=error"];
  return isOlder(version, "3.5") ? logging : [...logging, "--unsafe-no-fsync"];
}
