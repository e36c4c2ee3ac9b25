import type { AuditOptions } from "./audit.ts";
import { type CurrentKmsKeys, currentKmsKeys, refuseUnknownKmsKeys } from "./current-kms-keys.ts";
import { AuditError } from "./errors.ts";
import { type ConfigurationsInForce, type InForce, readInForce } from "./in-force.ts";
import type { AuditResult } from "./model/audit-result.ts";
import { keyText } from "./model/key-reference.ts";
import type { Listeners } from "./model/listeners.ts";
import type { LiveOptions } from "./model/live-options.ts";
import type { IncompleteReason } from "./model/source-facts.ts";
import { readAgainWhenOvertaken } from "./read-source.ts";
import {
  configuredKeys,
  guessedKey,
  isSameKey,
  type KeyText,
  type KnownKey,
  keyInQuestion,
  parseKeyText,
  possibleNames,
} from "./rotation/key-in-question.ts";
import { puttingInForce, type Question, retiring } from "./rotation/questions.ts";
import { rotationResult } from "./rotation-result.ts";
import { now } from "./run-facts.ts";
import { keysSeen } from "./tally/keys-seen.ts";
import { unlookedPrefixes } from "./tally/missing-scope.ts";
import type { ReadSource } from "./tally/seal.ts";

/** What is asked, and of which values. */
export interface RotationOptions
  extends Listeners,
    Pick<AuditOptions, "currentKmsKeys" | "kmsStatus" | "cluster" | "decrypt" | "elsewhere" | "residue"> {
  /** May this key go? In text form. Or: may the configuration of this path be put in force? */
  readonly question:
    | { readonly kind: "retire"; readonly key: string }
    | { readonly kind: "next"; readonly path: string };
  /** Snapshots, databases, data directories. */
  readonly paths: readonly string[];
  /** A running etcd, which then stands for the cluster. */
  readonly live?: LiveOptions;
  /** The configurations in force. */
  readonly configurations?: ConfigurationsInForce;
  /** The API servers' prefixes: they tell resources and narrow nothing. */
  readonly prefixes?: readonly string[];
  /** Whether an earlier answer has seen the key: that it is gone since is no typing error. */
  readonly isKnown?: boolean;
  /** Whether the exit code says if the key may be destroyed, not only removed. */
  readonly destroys?: boolean;
}

/**
 * Looks at every key of every source, head and history, whatever its resource, and answers whether a key may go or a
 * configuration may come. What was not seen never makes an answer safe.
 * @throws AuditError when a source or a configuration can't be used, or nobody knows the key
 */
export async function verifyRotation(options: RotationOptions): Promise<AuditResult> {
  const startedAt = now();
  const { question } = options;
  const keys = { decrypts: options.decrypt ?? true };
  if (question.kind === "next") {
    const inForce = await readInForce([question.path], keys);
    const reads = (await readAll(options, inForce, puttingInForce)).map(withUnlookedPrefixes);
    return rotationResult({ ...options, startedAt, inForce, reads, key: null, current: NOTHING_NAMED });
  }
  const text = keyTextOf(question.key);
  const names = text.provider === "identity" ? {} : { [text.provider]: possibleNames(text) };
  const inForce = await readInForce(options.configurations ?? [], keys, names);
  const configured = configuredKeys(inForce.configurations);
  // Where its name ends, a key in text form does not always tell: names that were seen count too.
  let key = guessedKey(text, configured);
  for (;;) {
    const all = await readAll(options, inForce, retiring(key, inForce.usesIdentity));
    const reads = key.provider === "identity" ? all.map(withUnlookedPrefixes) : all;
    const known = [...configured, ...keysSeen(reads, inForce.classifier)];
    // What was not seen may hold it.
    const mayBeGone = options.isKnown || reads.some(({ facts }) => facts.incompleteReasons.length > 0);
    const meant = keyInQuestion(text, known) ?? (mayBeGone ? key : refuseUnknownKey(text, known));
    if (isSameKey(meant, key)) {
      const current = await currentKmsKeys(options, inForce.configurations);
      refuseUnknownKmsKeys(current.named, inForce, reads);
      return rotationResult({ ...options, startedAt, inForce, reads, key, current });
    }
    key = meant;
  }
}

const NOTHING_NAMED: CurrentKmsKeys = { named: [], reasons: [] };

/** The live source first, then files in the order given. */
async function readAll(options: RotationOptions, inForce: InForce, question: Question): Promise<readonly ReadSource[]> {
  const { live, paths } = options;
  const reads: ReadSource[] = [];
  for (const source of [...(live === undefined ? [] : [{ live }]), ...paths.map((path) => ({ path }))]) {
    const scope = { prefixes: options.prefixes ?? [] };
    reads.push(
      await readAgainWhenOvertaken(
        { ...options, ...source, scope, history: true, everything: true, question },
        inForce,
      ).then(withWritesAhead),
    );
  }
  return reads;
}

/** What the WAL of a stopped member holds and its database does not is of the cluster all the same. */
function withWritesAhead(read: ReadSource): ReadSource {
  const { kind, path, readsWal, writesAhead = 0, incompleteReasons } = read.facts;
  const unseen = readsWal ? `holds writes (${writesAhead})` : "was not read and may hold writes";
  if (kind !== "data-dir" || (readsWal && writesAhead === 0)) return read;
  const message = `${path}: the WAL ${unseen} that the database does not hold yet; ask a running etcd, or a snapshot`;
  const reason: IncompleteReason = { code: "writes-ahead", message };
  return { ...read, facts: { ...read.facts, incompleteReasons: [...incompleteReasons, reason] } };
}

/** Which rule a value is read by, its resource decides, and that only a prefix tells. */
function withUnlookedPrefixes(read: ReadSource): ReadSource {
  const incompleteReasons = [...read.facts.incompleteReasons, ...unlookedPrefixes(read.scope)];
  return { ...read, facts: { ...read.facts, incompleteReasons } };
}

function keyTextOf(text: string): KeyText {
  const parsed = parseKeyText(text);
  if (parsed !== undefined) return parsed;
  throw new AuditError("USAGE", `--retire ${text} names no key`, {
    nextStep: "write it as PROVIDER/NAME, such as aescbc/key1 or kms-v2/my-plugin@key-id",
  });
}

function refuseUnknownKey(text: KeyText, known: readonly KnownKey[]): never {
  const texts = [...new Set(known.map(keyText))].sort();
  const seen = texts.length === 0 ? "no key was seen at all" : `these were: ${texts.join(", ")}`;
  throw new AuditError("UNKNOWN_KEY", `the key ${text.text} is in no configuration and was seen in no source`, {
    nextStep: seen,
  });
}
