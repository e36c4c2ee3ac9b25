import type { SourceFacts } from "../model/source-facts.ts";

/** Resource names that can stand in a command as they are; a folder in etcd may have any name. */
const RESOURCE_NAME = /^[a-z0-9][a-z0-9.-]*$/;

const COMPACT_AND_DEFRAGMENT =
  "compact (`etcdctl compact REVISION`) and defragment every member (`ETCDCTL_ENDPOINTS=MEMBER etcdctl defrag`)";
const NEW_SNAPSHOT = "take a new snapshot, then destroy this file and every copy of it";

/** How a resource becomes encrypted: from now on, and what is stored already. */
export function encryptAndRewrite(resource: string): string {
  return (
    "Give every kube-apiserver an EncryptionConfiguration in which a provider other than identity stands first for " +
    `${RESOURCE_NAME.test(resource) ? resource : "this resource"}, and restart it. ${rewriteObjects(resource)}`
  );
}

/** How every object of a resource is stored again as it is. */
export function rewriteObjects(resource: string): string {
  const rewrite = RESOURCE_NAME.test(resource)
    ? `\`kubectl get ${resource} --all-namespaces -o json | kubectl replace -f -\``
    : "replace every object with itself";
  return `Rewrite what is stored: ${rewrite}.`;
}

/** How bytes that were replaced leave the store that was looked at; follows a colon, ends with a full stop. */
export function reclaimOldBytes(source: SourceFacts | undefined): string {
  switch (source?.kind) {
    case "live":
      return `${COMPACT_AND_DEFRAGMENT}.`;
    case "kine":
      return "wait for kine's compaction, then free the database's pages (`VACUUM` in SQLite).";
    case "data-dir":
      return `start the member, ${COMPACT_AND_DEFRAGMENT}, then destroy every copy of this folder.`;
    case "snapshot":
    case undefined:
      return `${COMPACT_AND_DEFRAGMENT}, ${NEW_SNAPSHOT}.`;
  }
}

/** How superseded revisions go; in a file that is kept they never do. */
export function removeSupersededRevisions(source: SourceFacts | undefined): string {
  switch (source?.kind) {
    case "live":
      return `They go with the next compaction past them: ${COMPACT_AND_DEFRAGMENT}. Destroy snapshots that hold them.`;
    case "kine":
      return `They go with compaction: ${reclaimOldBytes(source)}`;
    case "data-dir":
      return `No compaction runs on a stopped member: ${reclaimOldBytes(source)}`;
    case "snapshot":
    case undefined:
      return `Nothing removes them from this file. In the cluster ${COMPACT_AND_DEFRAGMENT}, ${NEW_SNAPSHOT}.`;
  }
}

/** What moves a compact revision that stands still. */
export function checkCompaction(revision: number): string {
  return (
    "See that kube-apiserver's --etcd-compaction-interval is not 0 (default 5m) and that one reaches etcd. " +
    `By hand: \`etcdctl compact ${revision}\`, or a later revision.`
  );
}

/** How freed space goes back to the file system, and with it what it still holds. */
export function defragment(source: SourceFacts | undefined): string {
  switch (source?.kind) {
    case "live":
      return "Defragment every member, one after the other: `ETCDCTL_ENDPOINTS=MEMBER etcdctl defrag`.";
    case "kine":
      return "Free the pages of the database: `VACUUM` in SQLite.";
    case "data-dir":
      return "Defragment every member, this one while it is stopped: `etcdutl defrag --data-dir DIR`.";
    case "snapshot":
    case undefined:
      return `Defragment every member (\`ETCDCTL_ENDPOINTS=MEMBER etcdctl defrag\`), ${NEW_SNAPSHOT}.`;
  }
}

/** How bytes in freed pages go: bbolt wipes none, and copies them into every snapshot. */
export function wipeFreedPages(source: SourceFacts | undefined): string {
  const also = "Destroy snapshots and copies taken before.";
  switch (source?.kind) {
    case "live":
      return `Defragmentation writes the database anew: \`ETCDCTL_ENDPOINTS=MEMBER etcdctl defrag\`, one member after the other. ${also}`;
    case "kine":
      return `${defragment(source)} ${also}`;
    case "data-dir":
      return `While the member is stopped: \`etcdutl defrag --data-dir DIR\`; remove left-over database files. ${also}`;
    case "snapshot":
    case undefined:
      return `Nothing removes them from this file. ${defragment(source)}`;
  }
}

/** How old entries leave the write-ahead log: no command of etcd removes them. */
export function displaceWal(): string {
  return (
    "Compaction and defragmentation leave the WAL alone: it turns over with new entries (files beyond `--max-wals` go after a " +
    "raft snapshot), or at once with a new member: `etcdctl member remove ID`, remove its data directory, `etcdctl member add NAME --peer-urls=URL`."
  );
}
