import { findEtcd } from "../etcd/find-etcd.ts";
import { findKubernetes } from "./find-kubernetes.ts";

/** Gets the programs before the first story, since a build takes longer than a story may. */
export async function setup(): Promise<void> {
  await findEtcd();
  await findKubernetes();
}
