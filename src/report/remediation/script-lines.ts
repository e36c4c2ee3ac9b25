import type { AuditResult } from "../../model/audit-result.ts";
import { escapeForJson } from "../escape.ts";
import { keyFields } from "../finding-row.ts";
import { rewritingOf, type Way } from "./kms-way.ts";
import type { KubectlObject } from "./kubectl-object.ts";
import { liveValue, objectToRewrite } from "./object-to-rewrite.ts";
import type { Plan } from "./plan.ts";
import { remedyOf } from "./remedy.ts";
import { comment, commentLine, heading, shellQuote } from "./shell-text.ts";

/** Objects that go through one kubectl; what fails is tried again by such batches. */
const BATCH_SIZE = 100;
/** Ends a list of names: no name of an object holds a slash. */
const LIST_END = "/end";
/** Keys that can stand on a command line as they are shown. */
const PRINTABLE_KEY = /^\/[\x20-\x7e]+$/;

/** The commands that rewrite objects, in batches of one resource and namespace. */
export function* rewriteLines(result: AuditResult, plan: Plan): Iterable<string> {
  if (plan.ways.has("replace")) {
    yield heading("Rewrite: each object is replaced by itself");
    yield* batches(result, plan, "replace");
  }
  if (plan.ways.has("annotate")) {
    yield heading("Rewrite: each object gets a changed annotation");
    yield comment(
      "A rotation inside the KMS makes no value stale for the API server: it stores an object again only when something " +
        "in it has changed. The annotation stays.",
    );
    yield* batches(result, plan, "annotate");
  }
}

function* batches(result: AuditResult, plan: Plan, way: Way): Iterable<string> {
  const command = way === "replace" ? "rewrite" : "annotate";
  let place = "";
  let last = "";
  let size = 0;
  for (const finding of result.findings()) {
    const object = objectToRewrite(finding, plan);
    if (object?.kind !== "object" || rewritingOf(finding, plan.newestKeyIds).way !== way) continue;
    const { resource, namespace, name } = object;
    const here = `${resource} ${namespace === null ? "''" : namespace}`;
    // Findings of one key stand side by side.
    if (here === place && name === last) continue;
    if (here !== place || size === BATCH_SIZE) {
      yield `${size === 0 ? "" : `${LIST_END}\n`}${command} ${here} <<'${LIST_END}'\n`;
      size = 0;
    }
    yield `${name}\n`;
    place = here;
    last = name;
    size++;
  }
  if (size > 0) yield `${LIST_END}\n`;
}

/** As comments: what should be rewritten and can't be through kubectl. */
export function* unreachableLines(result: AuditResult, plan: Plan): Iterable<string> {
  if (plan.unreachable === 0) return;
  let last = "";
  for (const finding of result.findings()) {
    const object = objectToRewrite(finding, plan);
    if (object?.kind !== "unreachable" || finding.subject.kind !== "value") continue;
    const key = encodedKey(finding.subject.value.key);
    if (key !== last) yield commentLine(`${UNREACHABLE_WORDS[object.why]}: ${key}`);
    last = key;
  }
}

const UNREACHABLE_WORDS = {
  "no-such-name": "no name of an object",
  "not-served": "definition gone",
} satisfies Record<Extract<KubectlObject, { kind: "unreachable" }>["why"], string>;

/** As comments: how a value that can't be read would be deleted. */
export function* deletionLines(result: AuditResult, plan: Plan): Iterable<string> {
  if (plan.deletions === 0) return;
  yield heading("Values that the API server can't read");
  yield comment(
    "Look for the key first, in older configurations and backups: put back as a key to read with, it makes the values " +
      "readable again, and an unchanged replace then brings them under the write key. Only what is lost for good is to be deleted, " +
      "and made anew.",
  );
  yield comment(
    "DELETING DESTROYS DATA. Each line below is a comment: take the `# ` away from those that you have decided on. " +
      "Take a snapshot before.",
  );
  let last = "";
  for (const finding of result.findings()) {
    const value = liveValue(finding);
    if (value === null || finding.source !== plan.cluster || remedyOf(finding.kind).kind !== "delete") continue;
    const encoded = encodedKey(value.key);
    if (encoded === last) continue;
    last = encoded;
    const { key } = keyFields(value.key);
    yield key !== undefined && PRINTABLE_KEY.test(key)
      ? `# run etcdctl del -- ${shellQuote(key)} # ${finding.kind}\n`
      : commentLine(`${finding.kind}, no command for such a key: ${encoded}`);
  }
}

/** An etcd key as JSON: exact, and on one line whatever it holds. */
function encodedKey(key: Uint8Array): string {
  const { key: text, keyBase64 } = keyFields(key);
  return escapeForJson(text ?? { keyBase64 });
}
