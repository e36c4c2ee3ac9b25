import type { EtcdClient } from "../../etcd/client/etcd-client.ts";

/**
 * The endpoints whose hash of all revisions up to one is not that of the first, where the user may ask for it (the root
 * role). Hashes can be compared only where the compact revision is the same.
 */
export async function differingMembers(client: EtcdClient, revision: number): Promise<readonly string[]> {
  const answers = await client.hashes(revision);
  const hashes = answers.flatMap((answer) => (answer.kind === "answered" ? [answer] : []));
  const [first, ...others] = hashes;
  if (first === undefined) return [];
  const differ = others.filter(
    ({ answer }) => answer.compactRevision === first.answer.compactRevision && answer.hash !== first.answer.hash,
  );
  return differ.length === 0 ? [] : [first, ...differ].map(({ endpoint }) => endpoint);
}
