import { Classifier } from "./classify/classifier.ts";
import { AuditError } from "./errors.ts";
import { exitCodeOf, verdictOf } from "./judge/policy.ts";
import type { AuditResult, Looked, Policy } from "./model/audit-result.ts";
import type { LiveOptions } from "./model/live-options.ts";
import type { IncompleteReason, SourceFacts } from "./model/source-facts.ts";
import { now, toolIdentity } from "./run-facts.ts";
import { Scope } from "./scope/scope.ts";
import type { ScopeOptions } from "./scope/scope-options.ts";
import { wantedRanges } from "./scope/wanted-ranges.ts";
import { type ContentHash, InlineContentHash } from "./source/content-hash.ts";
import { type OpenedSource, openSnapshot } from "./source/open-snapshot.ts";
import type { ProgressListener, Wish } from "./source/source.ts";
import { missingFromScope } from "./tally/missing-scope.ts";
import { type ReadSource, seal } from "./tally/seal.ts";
import { SourceTally } from "./tally/source-tally.ts";
import { WorkerContentHash } from "./workers/worker-content-hash.ts";

export { auditConfigurations, type ConfigurationAuditOptions } from "./audit-configurations.ts";

/** Below this, in bytes, starting a thread takes longer than hashing. */
const SMALLEST_FOR_WORKER = 32 * 1024 * 1024;

/** How often a scan that a compaction has overtaken begins anew. */
const MOST_ATTEMPTS = 3;

/** What to audit, and how. Only the source must be given: `path` or `live`. */
export interface AuditOptions {
  /** A snapshot or database file, plain or gzip, or `-` for standard input. */
  readonly path?: string;
  /** A running etcd. */
  readonly live?: LiveOptions;
  /** Default: secrets, under the default prefixes. */
  readonly scope?: Partial<ScopeOptions>;
  /** Default: fail on errors. */
  readonly policy?: Policy;
  /** A name for the report. */
  readonly cluster?: string | null;
  /** Whether superseded revisions are looked at too. Default: yes, but of a live etcd only when they are few. */
  readonly history?: boolean;
  /** Whether freed pages, the file's tail and WAL files are looked at too. Default: yes for files, no for a live etcd. */
  readonly residue?: boolean;
  /** Whether the result is to list every value in scope; costs memory for each. Default: false. */
  readonly keepValues?: boolean;
  /** Ends the audit early: the result is then marked incomplete. */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  /** Told in one line of what the user should know before the result. */
  readonly onNotice?: (line: string) => void;
  /** Told in one line what reading a live source has cost. */
  readonly onDebug?: (line: string) => void;
}

const DEFAULT_SCOPE: ScopeOptions = { prefixes: [], resources: [], allResources: false, namespaces: [] };
const DEFAULT_POLICY: Policy = { failOn: "error", levels: new Map() };

/**
 * Reads one source, classifies and judges every stored value in scope, and returns the sealed result. No value, and
 * nothing decrypted from one, is in the result.
 * @throws AuditError when the source can't be used at all
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const startedAt = now();
  const tool = await toolIdentity();
  const policy = options.policy ?? DEFAULT_POLICY;
  const classifier = new Classifier();
  const source = await readAgainWhenOvertaken(options, classifier);
  const { facts, scope } = source;
  const { summary, found, findings, values } = seal(source, classifier, policy);
  const isComplete = facts.incompleteReasons.length === 0;
  const wasInterrupted = facts.incompleteReasons.some(({ code }) => code === "interrupted");
  return {
    tool,
    cluster: options.cluster ?? null,
    command: "scan",
    startedAt,
    finishedAt: now(),
    sources: [facts],
    prefixes: scope.prefixTexts.filter((prefix) => scope.hasRecordsUnder(prefix)),
    resources: scope.auditedResources,
    configs: [],
    looked: lookedAt(facts, summary.areas.head.encrypted + summary.areas.history.encrypted),
    policy,
    exitCode: exitCodeOf(isComplete, wasInterrupted, found, policy),
    verdict: verdictOf(isComplete, found),
    summary,
    findings,
    values,
  };
}

/** Reads the source; anew, and at last without history, when a compaction overtakes the reading of a live one. */
async function readAgainWhenOvertaken(options: AuditOptions, classifier: Classifier): Promise<ReadSource> {
  const wish = wishOf(options.history);
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt > MOST_ATTEMPTS;
    try {
      const read = await readSource(options, isLast ? "no" : wish, !isLast, classifier);
      return isLast ? withReason(read, OVERTAKEN) : read;
    } catch (error) {
      if (!(error instanceof AuditError) || error.code !== "COMPACTED_MEANWHILE" || isLast) throw error;
      options.onNotice?.(
        `a compaction has overtaken the scan, which begins anew (attempt ${attempt} of ${MOST_ATTEMPTS})`,
      );
    }
  }
}

async function readSource(
  options: AuditOptions,
  history: Wish,
  mayStartOver: boolean,
  classifier: Classifier,
): Promise<ReadSource> {
  const { signal = new AbortController().signal, onProgress = ignore, onNotice = ignore, onDebug = ignore } = options;
  const scopeOptions = { ...DEFAULT_SCOPE, ...options.scope };
  const scope = new Scope(scopeOptions);
  const opened = await openSource(options, scope);
  const residue = wishOf(options.residue);
  const readsResidue = residue === "yes" || (residue === "auto" && opened.readsResidueUnasked);
  const tally = new SourceTally(scope, classifier, {
    keepsValues: options.keepValues ?? false,
    history: history !== "no",
    freed: readsResidue,
    wal: readsResidue && opened.hasWal,
  });
  let facts: SourceFacts;
  try {
    facts = await opened.source.read(tally.pass, {
      history,
      residue: readsResidue,
      signal,
      onProgress,
      onNotice,
      mayStartOver,
      onDebug,
    });
  } finally {
    await opened.close();
  }
  tally.finish();
  // Of a source that was not seen whole it can't be told what is missing from it.
  const missing = facts.incompleteReasons.length > 0 ? [] : missingFromScope(scope);
  const readsHistory = facts.readsHistory && history !== "no";
  return {
    facts: { ...facts, readsHistory, incompleteReasons: [...facts.incompleteReasons, ...missing] },
    scope,
    tally,
  };
}

async function openSource({ path, live }: AuditOptions, scope: Scope): Promise<OpenedSource> {
  if (path !== undefined) return openSnapshot(path, chooseHash);
  if (live === undefined)
    throw new AuditError("USAGE", "no source is named", { nextStep: "give a path, or how to reach etcd" });
  // What only a live source needs takes a third of a second to load.
  const { LiveSource } = await import("./source/live/live-source.ts");
  const source = await LiveSource.open(live, wantedRanges(scope), chooseHash);
  return { source, readsResidueUnasked: false, hasWal: false, close: async () => source.close() };
}

const OVERTAKEN: IncompleteReason = {
  code: "compacted-meanwhile",
  message: "compactions have overtaken the reading of superseded revisions again and again; scan a snapshot instead",
};

function withReason(read: ReadSource, reason: IncompleteReason): ReadSource {
  return { ...read, facts: { ...read.facts, incompleteReasons: [...read.facts.incompleteReasons, reason] } };
}

function ignore(): void {}

function wishOf(asked: boolean | undefined): Wish {
  if (asked === undefined) return "auto";
  return asked ? "yes" : "no";
}

function lookedAt(facts: SourceFacts, encryptedValues: number): Looked {
  return {
    head: true,
    history: facts.readsHistory,
    freePages: facts.readsFreePages,
    tail: facts.readsTail,
    wal: facts.readsWal,
    configuration: false,
    kmsCurrent: false,
    decrypted: { verified: 0, plausible: 0, notVerifiable: encryptedValues },
  };
}

function chooseHash(size: number | null): ContentHash {
  return size !== null && size < SMALLEST_FOR_WORKER ? new InlineContentHash() : new WorkerContentHash();
}
