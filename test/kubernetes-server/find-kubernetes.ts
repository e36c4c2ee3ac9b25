import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { madeOnce } from "../etcd/made-once.ts";
import { runCommand } from "../etcd/run-command.ts";

/** Programs of one Kubernetes release that run on this machine. */
export interface KubernetesBinaries {
  readonly apiServer: string;
  /** Null where none was found beside the API server or on the PATH. */
  readonly kubectl: string | null;
  /** Such as `v1.36.3`. */
  readonly version: string;
}

/** Outcome of the search: programs, or why each way to them failed. */
export type KubernetesSearch =
  | { readonly kind: "found"; readonly binaries: KubernetesBinaries }
  | { readonly kind: "missing"; readonly reasons: readonly string[] };

const module = fileURLToPath(new URL("./", import.meta.url));
const cache = fileURLToPath(new URL("../../node_modules/.cache/etcd-encryption-auditor/", import.meta.url));
/** The release that go.mod names. */
const RELEASE = /^\tk8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(module, "go.mod"), "utf8"))?.[1] ?? "unknown";
/** Milliseconds; ten minutes of two cores where nothing is cached. */
const BUILD_TIMEOUT = 3_600_000;

/** Finds the real kube-apiserver, or makes it: `$KUBE_APISERVER_BIN`, the PATH, the cache, a Go build into the cache. */
export async function findKubernetes(): Promise<KubernetesSearch> {
  const reasons: string[] = [];
  const built = join(cache, `kubernetes-${RELEASE}`);
  const ways: readonly (readonly [name: string, find: () => Promise<string>])[] = [
    ["$KUBE_APISERVER_BIN", async () => process.env["KUBE_APISERVER_BIN"] || fail("not set")],
    ["PATH", async () => onPath("kube-apiserver") ?? fail("no kube-apiserver on it")],
    [
      "go build",
      async () => {
        await madeOnce(built, build);
        return join(built, "kube-apiserver");
      },
    ],
  ];
  for (const [name, find] of ways) {
    try {
      return { kind: "found", binaries: await describeBinaries(await find()) };
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { kind: "missing", reasons };
}

/** Builds what go.mod names as tools, with the checksums of go.sum. */
async function build(folder: string): Promise<void> {
  process.stderr.write(`building kube-apiserver ${RELEASE}, once: some minutes\n`);
  const flags = `-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=${RELEASE}`;
  const programs = ["kube-apiserver", "kubectl"].map((name) => `k8s.io/kubernetes/cmd/${name}`);
  const args = ["build", "-trimpath", flags, "-o", `${folder}/`, ...programs];
  await runCommand("go", args, { directory: module, env: { CGO_ENABLED: "0" }, timeout: BUILD_TIMEOUT });
}

async function describeBinaries(apiServer: string): Promise<KubernetesBinaries> {
  const version = /^Kubernetes (\S+)/.exec(await runCommand(apiServer, ["--version"]))?.[1];
  if (version === undefined) throw new Error(`${apiServer} --version does not tell a version`);
  const neighbour = join(dirname(apiServer), "kubectl");
  return { apiServer, kubectl: existsSync(neighbour) ? neighbour : onPath("kubectl"), version };
}

function onPath(name: string): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const folder = folders.find((each) => existsSync(join(each, name)));
  return folder === undefined ? null : join(folder, name);
}

function fail(reason: string): never {
  throw new Error(reason);
}
