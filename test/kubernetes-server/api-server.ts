import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CertificateAuthority } from "../etcd/certificates.ts";
import { freePorts } from "../etcd/free-ports.ts";
import { GuardedProcess } from "../etcd/guarded-process.ts";
import type { EtcdServer } from "../etcd/server.ts";
import type { KubernetesBinaries } from "./find-kubernetes.ts";
import { RestClient } from "./rest-client.ts";

/** How an API server of the tests is started. */
export interface ApiServerOptions {
  readonly binaries: KubernetesBinaries;
  readonly etcd: EtcdServer;
  /** Where its files go; removed with the process. Several servers may share one. */
  readonly folder: string;
  /** Text of the EncryptionConfiguration; null for none. */
  readonly configuration: string | null;
  /** Further flags, as they stand on its command line. */
  readonly flags?: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const TOKEN = "token-of-the-tests";
/** Every start has files of its own. */
let starts = 0;

/** A real kube-apiserver on loopback, without scheduler, controllers or nodes. */
export class ApiServer extends RestClient {
  readonly options: ApiServerOptions;
  /** Path of the EncryptionConfiguration it runs with; null without. */
  readonly configurationFile: string | null;
  /** Path of a kubeconfig for it. */
  readonly kubeconfig: string;
  private readonly process: GuardedProcess;

  private constructor(options: ApiServerOptions, files: Files, port: number) {
    super(`https://127.0.0.1:${port}`, files.authority, TOKEN);
    this.options = options;
    this.configurationFile = files.configuration;
    this.kubeconfig = files.kubeconfig;
    this.process = new GuardedProcess(options.binaries.apiServer, argsOf(options, files, port), options.folder);
  }

  /**
   * Starts a server and waits until it is ready.
   * @param isEnough when it is waited for no longer: that it serves, where its configuration can't read all that is stored
   * @throws Error with the server's last words when it does not come up
   */
  static async start(options: ApiServerOptions, isEnough: "ready" | "serving" = "ready"): Promise<ApiServer> {
    const [port] = await freePorts(1);
    const server = new ApiServer(options, await writeFiles(options, port as number), port as number);
    await server.waitFor(isEnough === "ready" ? "/readyz" : "/version");
    return server;
  }

  /** Ends the process at once, as a crash would. */
  async kill(): Promise<void> {
    this.close();
    await this.process.kill();
  }

  private async waitFor(path: string): Promise<void> {
    for (let waited = 0; waited < START_TIMEOUT_MS && this.process.isRunning; waited += POLL_MS) {
      const answer = await this.ask("GET", path).catch(() => null);
      if (answer?.status === 200) return;
      await sleep(POLL_MS);
    }
    await this.kill();
    throw new Error(`kube-apiserver did not start: ${this.process.complaint.trim().split("\n").slice(-5).join("\n")}`);
  }
}

interface Files {
  readonly certificate: string;
  readonly key: string;
  readonly tokens: string;
  readonly configuration: string | null;
  readonly kubeconfig: string;
  /** The authority's certificate itself. */
  readonly authority: string;
}

async function writeFiles({ folder, configuration }: ApiServerOptions, port: number): Promise<Files> {
  const number = starts++;
  const authority = await CertificateAuthority.create(folder, `authority-${number}`);
  const { certificate, key } = await authority.issue({ name: `kube-apiserver-${number}`, usage: "server" });
  const tokens = join(folder, `tokens-${number}.csv`);
  await writeFile(tokens, `${TOKEN},administrator,1,system:masters\n`, { mode: 0o600 });
  const file = configuration === null ? null : join(folder, `encryption-${number}.yaml`);
  if (file !== null) await writeFile(file, configuration ?? "", { mode: 0o600 });
  const kubeconfig = join(folder, `kubeconfig-${number}`);
  await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(port, authority.file)), { mode: 0o600 });
  const authorityText = await readFile(authority.file, "utf8");
  return { certificate, key, tokens, configuration: file, kubeconfig, authority: authorityText };
}

function kubeconfigOf(port: number, authority: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "tests", cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority": authority } }],
    users: [{ name: "tests", user: { token: TOKEN } }],
    contexts: [{ name: "tests", context: { cluster: "tests", user: "tests" } }],
    "current-context": "tests",
  };
}

function argsOf({ etcd, flags = [] }: ApiServerOptions, files: Files, port: number): readonly string[] {
  return [
    `--etcd-servers=${etcd.endpoint}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--tls-cert-file=${files.certificate}`,
    `--tls-private-key-file=${files.key}`,
    "--authorization-mode=AlwaysAllow",
    "--anonymous-auth=false",
    `--token-auth-file=${files.tokens}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.certificate}`,
    `--service-account-signing-key-file=${files.key}`,
    "--disable-admission-plugins=ServiceAccount",
    "--service-cluster-ip-range=10.0.0.0/24",
    "--endpoint-reconciler-type=none",
    "--enable-priority-and-fairness=false",
    "--profiling=false",
    "--v=0",
    ...(files.configuration === null ? [] : [`--encryption-provider-config=${files.configuration}`]),
    ...flags,
  ];
}
