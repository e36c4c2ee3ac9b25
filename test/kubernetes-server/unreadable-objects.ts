import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdServer } from "../etcd/server.ts";
import type { RestClient } from "./rest-client.ts";

const PREFIX = "/registry/";
/** Kept outside the storage layer that encrypts, and served by no resource. */
const NOT_SERVED = /^(masterleases|peerserverleases|ranges)\/|^compact_rev_key$/;
/** Where the folder is not the plural (k8s.io/kubernetes pkg/kubeapiserver/default_storage_factory_builder.go). */
const SPECIAL_FOLDERS: Readonly<Record<string, string>> = {
  services: "services/specs",
  endpoints: "services/endpoints",
  nodes: "minions",
  replicationcontrollers: "controllers",
  "ingresses.networking.k8s.io": "ingress",
};
/** Milliseconds for a server that was just started to serve every resource. */
const PATIENCE = 15_000;
const POLL_MS = 100;

interface ServedResource {
  /** Below the prefix, with a slash at the end. */
  readonly folders: readonly string[];
  /** `/api/v1` or `/apis/GROUP/VERSION`. */
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/**
 * The keys that `trial` can't give out, each asked for by itself.
 * @param running knows all resources, whatever `trial` can read
 * @throws Error when a key belongs to no resource: what is not asked for must not pass for readable
 */
export async function unreadableKeys(
  etcd: EtcdServer,
  running: RestClient,
  trial: RestClient,
): Promise<readonly string[]> {
  const resources = await servedResources(running);
  const keys = (await etcd.etcdctl(["get", PREFIX, "--prefix", "--keys-only"])).split("\n").filter((key) => key !== "");
  const unreadable: string[] = [];
  const deadline = Date.now() + PATIENCE;
  for (const key of keys) {
    const name = key.slice(PREFIX.length);
    if (NOT_SERVED.test(name)) continue;
    if (!(await isReadable(trial, restPath(name, resources), deadline))) unreadable.push(key);
  }
  return unreadable;
}

async function isReadable(server: RestClient, path: string, deadline: number): Promise<boolean> {
  for (;;) {
    const { status } = await server.ask("GET", path);
    if (status === 200 || status === 500 || Date.now() > deadline) return status === 200;
    await sleep(POLL_MS);
  }
}

function restPath(name: string, resources: readonly ServedResource[]): string {
  let best: { readonly resource: ServedResource; readonly folder: string } | undefined;
  for (const resource of resources) {
    for (const folder of resource.folders) {
      if (name.startsWith(folder) && folder.length > (best?.folder.length ?? 0)) best = { resource, folder };
    }
  }
  if (best === undefined) throw new Error(`no resource is stored at ${name}`);
  const { version, plural, namespaced } = best.resource;
  const [first = "", second = ""] = name.slice(best.folder.length).split("/").map(encodeURIComponent);
  return namespaced ? `${version}/namespaces/${first}/${plural}/${second}` : `${version}/${plural}/${first}`;
}

async function servedResources(server: RestClient): Promise<readonly ServedResource[]> {
  const { groups } = (await server.must("GET", "/apis")) as {
    groups: readonly { preferredVersion: { groupVersion: string } }[];
  };
  const versions = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const lists = await Promise.all(
    versions.map(async (version) => {
      const { resources } = (await server.must("GET", version)) as {
        resources: readonly { name: string; namespaced: boolean }[];
      };
      const group = version.split("/")[2] ?? "";
      return resources
        .filter(({ name }) => !name.includes("/"))
        .map(({ name, namespaced }) => ({ folders: foldersOf(group, name), version, plural: name, namespaced }));
    }),
  );
  return lists.flat();
}

/** Built-in kinds are stored under the plural, custom resources and a few others under group and plural. */
function foldersOf(group: string, plural: string): readonly string[] {
  if (group === "v1") return [`${SPECIAL_FOLDERS[plural] ?? plural}/`];
  return [`${SPECIAL_FOLDERS[`${plural}.${group}`] ?? plural}/`, `${group}/${plural}/`];
}
