import type { CurrentKmsKeys } from "./current-kms-keys.ts";
import type { InForce } from "./in-force.ts";
import { WRITERS_DISAGREE } from "./judge/source-checks/writers-disagree.ts";
import { type AuditResult, DEFAULT_POLICY, type Looked, type Verdict } from "./model/audit-result.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_PASS } from "./model/exit-code.ts";
import type { Rotation, RotationAnswer } from "./model/rotation.ts";
import { type Against, mayBeDestroyed, mayBeRemoved } from "./rotation/answers.ts";
import type { KeyInQuestion } from "./rotation/key-in-question.ts";
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
  const { reads, inForce, live, current } = reading;
  const cluster = standIn(reads, live !== undefined);
  const sealed = sealEach(reading, cluster);
  const ofCluster = sealed[cluster];
  if (ofCluster === undefined) throw new RangeError("no source was read");
  const rotation = rotationOf(reading, cluster, ofCluster);
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
    policy: DEFAULT_POLICY,
    exitCode: wasInterrupted ? EXIT_INTERRUPTED : EXIT_CODES[answer],
    verdict: VERDICTS[answer],
    summary: mergeSummaries(
      ofCluster.summary,
      sealed.filter((each) => each !== ofCluster).map(({ summary }) => summary),
    ),
    rotation,
    *findings(kind) {
      for (const each of sealed) yield* each.findings(kind);
    },
    *alike() {
      for (const each of sealed) yield* each.alike();
    },
    *values() {
      for (const each of sealed) yield* each.values();
    },
  };
}

/** The first source's report tells of the configurations too; only what stands for the cluster is asked who writes. */
function sealEach({ reads, inForce, key }: RotationReading, cluster: number): readonly Sealed[] {
  const written = key === null ? [] : stillWritten(inForce.configurations, key);
  return reads.map((read, source) =>
    seal(read, inForce.classifier, DEFAULT_POLICY, {
      source,
      checks: source === cluster ? [WRITERS_DISAGREE] : [],
      ...(source === 0 ? { inConfigurations: written } : {}),
    }),
  );
}

function rotationOf(reading: RotationReading, cluster: number, ofCluster: Sealed): Rotation {
  const { reads, inForce, key, question, live, current, destroys = false } = reading;
  const isWritten = key !== null && stillWritten(inForce.configurations, key).length > 0;
  const against = reads.map(({ facts, tally }) => ({
    isComplete: facts.incompleteReasons.length === 0 && current.reasons.length === 0,
    ...tally.findings.locations(),
  }));
  const disagree = ofCluster.found.some(({ kind }) => kind === "writers-disagree");
  const evidence = {
    cluster: against[cluster] ?? NOTHING_SEEN,
    backups: against.filter((_, source) => source !== cluster),
    isStillWritten: isWritten || disagree || isInForce(current, key),
  };
  return {
    question: question.kind === "retire" ? question : { kind: "next", path: question.path },
    cluster,
    isLive: live !== undefined,
    removeFromConfig: mayBeRemoved(evidence),
    destroyKey: mayBeDestroyed(evidence),
    needs: against.map(({ head, history }) => ({ head, history })),
    decides: destroys ? "destroyKey" : "removeFromConfig",
    ledger: ledgerOf(
      reads.map(({ tally }) => tally),
      inForce.classifier,
    ),
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
