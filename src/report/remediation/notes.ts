import type { AuditResult } from "../../model/audit-result.ts";
import { pageOf } from "../finding-page.ts";
import { countOf } from "../numbers.ts";
import { listWords } from "../prose.ts";
import { displaceWal, reclaimOldBytes } from "../remedies.ts";
import { incompleteReasonLines } from "../report-head.ts";
import { sourcePlace } from "../source-place.ts";
import { isoSeconds } from "../table-source.ts";
import { summaryOf } from "../words.ts";
import type { Plan } from "./plan.ts";
import { STEPS } from "./remedy.ts";
import { RESTARTED_FLAG } from "./shell-functions.ts";
import { comment, commentItem, commentLine, heading, shellQuote } from "./shell-text.ts";

/** The first lines: what this is, how it is used, and which report it was made from. */
export function head(result: AuditResult, plan: Plan): string {
  const { tool, sources, cluster, command } = result;
  const changes = plan.steps.size > 0 || plan.deletions > 0;
  const source = sources[plan.cluster];
  const place = source === undefined ? "standard input" : sourcePlace(source);
  return [
    "#!/bin/sh\n",
    comment(`Remediation, made from the findings of ${tool.name} ${tool.version} (${command}).`),
    ...(changes
      ? [
          comment("THIS SCRIPT CHANGES THE CLUSTER. Read it before you run it."),
          "#\n",
          comment("sh FILE: shows what it would do, and changes nothing", "  "),
          comment("sh FILE --apply: does it", "  "),
          comment(
            `sh FILE --apply STEP...: takes these steps only, of ${listWords(STEPS.filter((step) => plan.steps.has(step)))}`,
            "  ",
          ),
        ]
      : []),
    "#\n",
    ...(cluster === null ? [] : [comment(`Cluster: ${cluster}`)]),
    ...(source === undefined
      ? []
      : [
          comment(`Source: ${source.kind}, ${place}`),
          ...(source.sha256 === null ? [] : [comment(`SHA-256: ${source.sha256}`)]),
          ...(source.clusterId === null ? [] : [comment(`etcd cluster ID: ${source.clusterId}`)]),
          comment(`Revision: ${source.revision ?? "not told"}`),
        ]),
    comment(`Time: ${isoSeconds(result.startedAt)}. What has changed since is not in here.`),
    ...incompleteNote(result),
  ].join("");
}

function incompleteNote({ verdict, sources }: AuditResult): string[] {
  if (verdict !== "incomplete") return [];
  const reasons = sources.flatMap(incompleteReasonLines).map((reason) => commentItem(reason));
  return [
    comment("INCOMPLETE: not all was seen that was asked for. What was not seen is not in here either:"),
    ...reasons,
  ];
}

/** What must be so before the script helps. */
export function beforeYouRun(plan: Plan): string {
  const { steps, restartFirst, resources, newestKeyIds, deletions } = plan;
  const notes: string[] = [];
  if (restartFirst.writersDisagree) {
    notes.push(
      "API servers run different configurations: a rewrite through the one that is behind takes values back to the old key. " +
        `Give all of them the same configuration and restart them, then add ${RESTARTED_FLAG}.`,
    );
  }
  if (restartFirst.keptKeyId) {
    notes.push(
      `A KMS v2 plugin (${listWords([...newestKeyIds.keys()])}) keeps its key ID through rotations: an API server goes on with the old data key ` +
        `until it is restarted. Restart every kube-apiserver, then add ${RESTARTED_FLAG}.`,
    );
  }
  if (steps.has("rewrite")) {
    notes.push(
      `Every kube-apiserver runs with an EncryptionConfiguration that writes with the key to come (${writeKeyWords(resources)}) ` +
        "and can read with the old ones. Else the rewrite succeeds and changes nothing.",
      "kubectl speaks to this cluster, as someone who may get, update and patch these objects.",
    );
  }
  if (steps.has("compact") || steps.has("defragment")) {
    notes.push(
      "etcdctl speaks to this cluster's etcd: ETCDCTL_ENDPOINTS, and ETCDCTL_CACERT, ETCDCTL_CERT and ETCDCTL_KEY are set." +
        (steps.has("rewrite")
          ? " Where it is on another machine than kubectl, take the steps there, one after the other."
          : ""),
    );
  }
  if (steps.has("compact")) {
    notes.push(
      "Compaction removes superseded revisions, whatever they hold: clients that watch or list from an older revision begin anew.",
    );
  }
  if (steps.has("compact") && deletions > 0) {
    notes.push(
      "An older revision of a value that can't be read may be the last that can: `etcd-encryption-auditor explain KEY` shows them. " +
        "Compact only when they are of no use.",
    );
  }
  if (steps.has("defragment")) notes.push("A member does not answer while it is defragmented.");
  if (notes.length === 0) return "";
  return heading("Before you run it") + notes.map((note) => commentItem(note)).join("");
}

function writeKeyWords(resources: Plan["resources"]): string {
  return [...resources]
    .map(([resource, keys]) => (keys.size === 0 ? resource : `${resource}: ${listWords([...keys])}`))
    .join("; ");
}

/** Findings that no script should settle, each kind with its page. */
export function forPeople({ people }: Plan): string {
  if (people.size === 0) return "";
  const lines = [...people.values()].map(({ count, example }) => {
    return commentItem(`${summaryOf(example.kind, count)} (${example.kind}): ${pageOf(example.kind)}`);
  });
  return heading("For people: nothing in this script settles these") + lines.join("");
}

/** What neither kubectl nor this script can reach; the keys themselves follow where there are any. */
export function outOfReach(result: AuditResult, plan: Plan): string {
  const notes: string[] = [];
  const source = result.sources[plan.cluster];
  if (source?.kind === "kine") notes.push(`This is kine, which etcdctl can't compact: ${reclaimOldBytes(source)}`);
  if (source?.kind === "data-dir") notes.push("The data directory is of a stopped member: start it first.");
  if (plan.residueInWal) notes.push(displaceWal());
  for (const [index, count] of plan.elsewhere) {
    const place = result.sources[index]?.path ?? `source ${index}`;
    notes.push(
      `${countOf(count, "finding")} in ${place}: nothing rewrites a file that is kept. Keep its keys as long as the file, or destroy it.`,
    );
  }
  if (plan.writtenByIdentity.size > 0) {
    notes.push(
      `The configuration given writes ${listWords([...plan.writtenByIdentity])} with identity: a rewrite would store the values unencrypted, ` +
        "so it is not in here. Put an encrypting provider first on every kube-apiserver, and scan again.",
    );
  }
  if (plan.unserved.size > 0) {
    notes.push(
      `The CustomResourceDefinition of ${listWords([...plan.unserved])} is gone: kubectl can't reach its objects until it is put back, ` +
        "and taking it away again deletes them.",
    );
  }
  if (plan.unreachable > 0) {
    notes.push(
      `${countOf(plan.unreachable, "value")} would have to be rewritten, and no kubectl can: each etcd key is below, as JSON.`,
    );
  }
  if (notes.length === 0) return "";
  return heading("Out of reach") + notes.map((note) => commentItem(note)).join("");
}

/** What remains to be done by hand when the script has ended. */
export function afterwards({ steps }: Plan): string {
  return [
    heading("Afterwards"),
    ...(steps.has("compact") || steps.has("defragment")
      ? [
          commentItem("Take a new snapshot: etcdctl snapshot save FILE"),
          commentItem("Destroy the snapshots and copies taken before: nothing else removes old values from them."),
        ]
      : []),
    commentItem("Scan again: the scan tells whether it worked, not this script."),
  ].join("");
}

/** The whole of a script that has nothing to do. */
export function nothingToDo(
  { verdict }: AuditResult,
  { people, unreachable, elsewhere, writtenByIdentity }: Plan,
): string {
  const more = people.size > 0 || unreachable > 0 || elsewhere.size > 0 || writtenByIdentity.size > 0;
  const words =
    (more
      ? "Nothing that a script should do. What was found is for people: see the comments in this file."
      : "Nothing to do: the report has no finding that changes the cluster.") +
    (verdict === "incomplete" ? " The scan was incomplete: what it did not see is not in here." : "");
  return `\n${commentLine("Changes nothing.")}printf '%s\\n' ${shellQuote(words)}\n`;
}
