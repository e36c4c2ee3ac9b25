import { readFile } from "node:fs/promises";
import { Classifier } from "./classify/classifier.ts";
import { exitCodeOf, verdictOf } from "./judge/policy.ts";
import type { AuditResult, Looked, Policy } from "./model/audit-result.ts";
import type { SourceFacts } from "./model/source-facts.ts";
import { Scope } from "./scope/scope.ts";
import type { ScopeOptions } from "./scope/scope-options.ts";
import { type ContentHash, InlineContentHash } from "./source/content-hash.ts";
import { openSnapshot } from "./source/open-snapshot.ts";
import type { ProgressListener } from "./source/source.ts";
import { missingFromScope } from "./tally/missing-scope.ts";
import { seal } from "./tally/seal.ts";
import { SourceTally } from "./tally/source-tally.ts";
import { WorkerContentHash } from "./workers/worker-content-hash.ts";

/** Below this, in bytes, starting a thread takes longer than hashing. */
const SMALLEST_FOR_WORKER = 32 * 1024 * 1024;

/** What to audit, and how. Only `path` must be given. */
export interface AuditOptions {
  /** A snapshot or database file, plain or gzip, or `-` for standard input. */
  readonly path: string;
  /** Default: secrets, under the default prefixes. */
  readonly scope?: Partial<ScopeOptions>;
  /** Default: fail on errors. */
  readonly policy?: Policy;
  /** A name for the report. */
  readonly cluster?: string | null;
  /** Whether superseded revisions are looked at too. Default: true. */
  readonly history?: boolean;
  /** Whether the result is to list every value in scope; costs memory for each. Default: false. */
  readonly keepValues?: boolean;
  /** Ends the audit early: the result is then marked incomplete. */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
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
  const scopeOptions = { ...DEFAULT_SCOPE, ...options.scope };
  const policy = options.policy ?? DEFAULT_POLICY;
  const history = options.history ?? true;
  const tool = await toolIdentity();
  const classifier = new Classifier();
  const scope = new Scope(scopeOptions);
  const tally = new SourceTally(scope, classifier, { keepsValues: options.keepValues ?? false, history });
  const read = await readSource(options, tally);
  tally.finish();
  const facts = {
    ...read,
    incompleteReasons: [...read.incompleteReasons, ...missingFromScope(scopeOptions, scope, tally)],
  };
  const sealed = seal({ facts, scope, tally }, classifier, policy);
  const isComplete = facts.incompleteReasons.length === 0;
  const wasInterrupted = facts.incompleteReasons.some(({ code }) => code === "interrupted");
  const { summary, kinds, findings, values } = sealed;
  return {
    tool,
    cluster: options.cluster ?? null,
    command: "scan",
    startedAt,
    finishedAt: now(),
    sources: [facts],
    prefixes: scope.prefixTexts.filter((prefix) => scope.hasRecordsUnder(prefix)),
    resources: scope.auditedResources,
    looked: lookedAt(history, summary.areas.head.encrypted + summary.areas.history.encrypted),
    policy,
    exitCode: exitCodeOf(isComplete, wasInterrupted, kinds, policy),
    verdict: verdictOf(isComplete, kinds),
    summary,
    findings,
    values,
  };
}

function lookedAt(history: boolean, encryptedValues: number): Looked {
  return {
    head: true,
    history,
    freePages: false,
    tail: false,
    wal: false,
    configuration: false,
    kmsCurrent: false,
    decrypted: { verified: 0, plausible: 0, notVerifiable: encryptedValues },
  };
}

async function readSource(options: AuditOptions, tally: SourceTally): Promise<SourceFacts> {
  const { signal = new AbortController().signal, onProgress = () => undefined } = options;
  const opened = await openSnapshot(options.path, chooseHash);
  try {
    return await opened.source.read(tally.pass, { signal, onProgress });
  } finally {
    await opened.close();
  }
}

function chooseHash(size: number | null): ContentHash {
  return size !== null && size < SMALLEST_FOR_WORKER ? new InlineContentHash() : new WorkerContentHash();
}

/** The present time; `SOURCE_DATE_EPOCH` (seconds) fixes it, so that the same input gives the same bytes. */
function now(): Date {
  const fixed = process.env["SOURCE_DATE_EPOCH"];
  return fixed !== undefined && /^\d{1,12}$/.test(fixed) ? new Date(Number(fixed) * 1000) : new Date();
}

async function toolIdentity(): Promise<{ readonly name: string; readonly version: string }> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const { name, version }: { name: string; version: string } = JSON.parse(text);
  return { name, version };
}
