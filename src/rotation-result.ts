import type { CurrentKmsKeys } from "./current-kms-keys.ts";
import type { InForce } from "./in-force.ts";
import { WRITERS_DISAGREE } from "./judge/source-checks/writers-disagree.ts";
import type { AuditResult, Looked, Policy, Verdict } from "./model/audit-result.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_PASS } from "./model/exit-code.ts";
import type { Rotation, RotationAnswer } from "./model/rotation.ts";
import { type Against, mayBeDestroyed, mayBeRemoved } from "./rotation/answers.ts";
import { type KeyInQuestion, knownKeyText } from "./rotation/key-in-question.ts";
import { stillWritten } from "./rotation/still-written.ts";
import { now, toolIdentity } from "./run-facts.ts";
import { ledgerOf } from "./tally/ledger.ts";
import { mergeSummaries } from "./tally/merge-summaries.ts";
import { type ReadSource, type Sealed, seal } from "./tally/seal.ts";
import type { RotationOptions } from "./verify-rotation.ts";

/** What has been read for a question. */
export interface RotationReading extends RotationOptions {
  readonly startedAt: Date;
  readonly inForce: InForce;
  readonly reads: readonly ReadSource[];
  /** Null where a configuration is asked about. */
  readonly key: KeyInQuestion | null;
  /** KMS keys in force, by the word of who knows. */
  readonly current: CurrentKmsKeys;
}

const POLICY: Policy = { failOn: "error", levels: new Map() };

const EXIT_CODES = {
  safe: EXIT_PASS,
  "not-safe": EXIT_FINDINGS,
  "not-yet": EXIT_FINDINGS,
  unknown: EXIT_INCOMPLETE,
} as const satisfies Record<RotationAnswer, number>;

const VERDICTS = {
  safe: "pass",
  "not-safe": "fail",
  "not-yet": "fail",
  unknown: "incomplete",
} as const satisfies Record<RotationAnswer, Verdict>;

/** Seals what was read and answers the question. */
export async function rotationResult(reading: RotationReading): Promise<AuditResult> {
  const { reads, inForce, key, question, live, current, destroys = false } = reading;
  const { classifier } = inForce;
  const cluster = standIn(reads, live !== undefined);
  const written = key === null ? [] : stillWritten(inForce.configurations, key);
  const sealed = reads.map((read, source) =>
    seal(read, classifier, POLICY, {
      source,
      checks: source === cluster ? [WRITERS_DISAGREE] : [],
      ...(source === 0 ? { inConfigurations: written } : {}),
    }),
  );
  const ofCluster = sealed[cluster];
  if (ofCluster === undefined) throw new RangeError("no source was read");
  const others = sealed.filter((_, source) => source !== cluster);
  const against = reads.map(({ facts, tally }) => ({
    isComplete: facts.incompleteReasons.length === 0 && current.reasons.length === 0,
    ...tally.findings.locations(),
  }));
  const disagree = ofCluster.found.some(({ kind }) => kind === "writers-disagree");
  const evidence = {
    cluster: against[cluster] ?? NOTHING_SEEN,
    backups: against.filter((_, source) => source !== cluster),
    isStillWritten: written.length > 0 || disagree || isInForce(current, key),
  };
  const rotation: Rotation = {
    question: question.kind === "retire" ? question : { kind: "next", path: question.path },
    cluster,
    isLive: live !== undefined,
    removeFromConfig: mayBeRemoved(evidence),
    destroyKey: mayBeDestroyed(evidence),
    needs: against.map(({ head, history }) => ({ head, history })),
    decides: destroys ? "destroyKey" : "removeFromConfig",
    ledger: ledgerOf(
      reads.map(({ tally }) => tally),
      classifier,
      knownKeyText,
    ),
  };
  const answer = rotation[rotation.decides];
  const facts = reads.map((read, index) =>
    index === cluster
      ? { ...read.facts, incompleteReasons: [...read.facts.incompleteReasons, ...current.reasons] }
      : read.facts,
  );
  const wasInterrupted = facts.some(({ incompleteReasons }) =>
    incompleteReasons.some(({ code }) => code === "interrupted"),
  );
  const scopes = reads.map(({ scope }) => scope);
  return {
    tool: await toolIdentity(),
    cluster: reading.cluster ?? null,
    command: "verify-rotation",
    startedAt: reading.startedAt,
    finishedAt: now(),
    sources: facts,
    prefixes: [
      ...new Set(scopes.flatMap((scope) => scope.prefixTexts.filter((each) => scope.hasRecordsUnder(each)))),
    ].sort(),
    resources: [...new Set(scopes.flatMap((scope) => scope.auditedResources))].sort(),
    namespaces: [],
    configs: inForce.facts,
    looked: lookedAtAll(reads, sealed, inForce.configurations.length > 0),
    policy: POLICY,
    exitCode: wasInterrupted ? EXIT_INTERRUPTED : EXIT_CODES[answer],
    verdict: VERDICTS[answer],
    summary: mergeSummaries(
      ofCluster.summary,
      others.map(({ summary }) => summary),
    ),
    rotation,
    *findings() {
      for (const each of sealed) yield* each.findings();
    },
    *values() {
      for (const each of sealed) yield* each.values();
    },
  };
}

/** Whether who knows says that this very key ID or version is in force. */
function isInForce({ named }: CurrentKmsKeys, key: KeyInQuestion | null): boolean {
  if (key === null || key.id === null) return false;
  return named.flat().some(({ provider, name, id }) => provider === key.provider && name === key.name && id === key.id);
}

const NOTHING_SEEN: Against = { isComplete: false, head: 0, history: 0 };

/** The source that stands for the cluster: the live one, else the file that goes furthest. */
function standIn(reads: readonly ReadSource[], isLive: boolean): number {
  if (isLive) return 0;
  const revisions = reads.map(({ facts }) => facts.revision ?? 0);
  return revisions.indexOf(Math.max(...revisions));
}

function lookedAtAll(reads: readonly ReadSource[], sealed: readonly Sealed[], configuration: boolean): Looked {
  const all = (holds: (facts: ReadSource["facts"]) => boolean) => reads.every(({ facts }) => holds(facts));
  const decrypted = { verified: 0, plausible: 0, notVerifiable: 0 };
  for (const each of sealed) {
    decrypted.verified += each.decrypted.verified;
    decrypted.plausible += each.decrypted.plausible;
    decrypted.notVerifiable += each.decrypted.notVerifiable;
  }
  return {
    head: true,
    history: all(({ readsHistory }) => readsHistory),
    freePages: all(({ readsFreePages }) => readsFreePages),
    tail: all(({ readsTail }) => readsTail),
    wal: all(({ readsWal }) => readsWal),
    configuration,
    kmsCurrent: false,
    decrypted,
  };
}
