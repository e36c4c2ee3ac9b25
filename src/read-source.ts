import type { AuditOptions } from "./audit.ts";
import { Engine } from "./engine/engine.ts";
import { AuditError } from "./errors.ts";
import type { InForce } from "./in-force.ts";
import type { WantedRanges } from "./model/key-range.ts";
import { allListeners } from "./model/listeners.ts";
import type { IncompleteReason, SourceFacts } from "./model/source-facts.ts";
import { Scope } from "./scope/scope.ts";
import type { ScopeOptions } from "./scope/scope-options.ts";
import { wantedRanges } from "./scope/wanted-ranges.ts";
import { type ContentHash, InlineContentHash } from "./source/content-hash.ts";
import { type OpenedSource, openSnapshot } from "./source/open-snapshot.ts";
import type { ChunkMemory } from "./source/page-window.ts";
import type { Wish } from "./source/source.ts";
import { missingFromScope } from "./tally/missing-scope.ts";
import type { ReadSource } from "./tally/seal.ts";
import { SourceTally, type TallyOptions } from "./tally/source-tally.ts";
import { LateContentHash } from "./workers/late-content-hash.ts";
import { WorkerContentHash } from "./workers/worker-content-hash.ts";

/** An audit, or another question about every value. */
export type ReadOptions = AuditOptions & Pick<TallyOptions, "question" | "kmsKeys"> & { readonly everything?: boolean };

/** Below this, in bytes, starting a thread takes longer than hashing. */
const SMALLEST_FOR_WORKER = 32 * 1024 * 1024;

/** How often a scan that a compaction has overtaken begins anew. */
const MOST_ATTEMPTS = 3;

const DEFAULT_SCOPE: ScopeOptions = { prefixes: [], resources: [], allResources: false, namespaces: [] };

/**
 * Reads the source; anew, and at last without history, when a compaction overtakes the reading of a live one.
 * @throws AuditError when it can't be used at all
 */
export async function readAgainWhenOvertaken(options: ReadOptions, inForce: InForce): Promise<ReadSource> {
  const wish = wishOf(options.history);
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt > MOST_ATTEMPTS;
    try {
      const read = await readSource(options, isLast ? "no" : wish, !isLast, inForce);
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
  options: ReadOptions,
  history: Wish,
  mayStartOver: boolean,
  inForce: InForce,
): Promise<ReadSource> {
  const scopeOptions = { ...DEFAULT_SCOPE, ...options.scope };
  const { appraiser } = inForce;
  const scope = new Scope(scopeOptions, inForce.rules, options.everything);
  const opened = await openSource(options, () => wantedRanges(scope));
  const residue = wishOf(options.residue);
  const readsResidue = residue === "yes" || (residue === "auto" && opened.readsResidueUnasked);
  const engine = new Engine();
  const tally = new SourceTally(engine, scope, inForce.classifier, {
    keepsValues: options.keepValues ?? false,
    history: history !== "no",
    freed: readsResidue,
    wal: readsResidue && opened.hasWal,
    ...(appraiser === undefined ? {} : { appraiser }),
    ...(options.kmsKeys === undefined ? {} : { kmsKeys: options.kmsKeys }),
    ...(options.question === undefined ? {} : { question: options.question }),
  });
  let facts: SourceFacts;
  try {
    facts = await opened.source.read(tally.pass, {
      ...allListeners(options),
      engine,
      history,
      residue: readsResidue,
      mayStartOver,
    });
    tally.finish();
  } finally {
    appraiser?.release();
    await opened.close();
  }
  // Of a source that was not seen whole it can't be told what is missing from it.
  const missing = facts.incompleteReasons.length > 0 ? [] : missingFromScope(scope);
  const elsewhere = storedElsewhere(options, scope);
  const readsHistory = facts.readsHistory && history !== "no";
  return {
    facts: { ...facts, readsHistory, incompleteReasons: [...facts.incompleteReasons, ...missing, ...elsewhere] },
    scope,
    tally,
  };
}

/** Audited resources that the API servers keep in an etcd that is not looked at (`--etcd-servers-overrides`). */
function storedElsewhere({ elsewhere = [], live }: AuditOptions, scope: Scope): readonly IncompleteReason[] {
  const looked = new Set(live?.connection.endpoints);
  return elsewhere
    .filter(({ resource, endpoints }) => scope.audits(resource) && !endpoints.some((endpoint) => looked.has(endpoint)))
    .map(({ resource, endpoints }) => ({
      code: "stored-elsewhere",
      message: `${resource} lie in another etcd (${endpoints.join(", ")}), which was not looked at; scan that one too`,
    }));
}

/**
 * Opens the source that the options name.
 * @param wanted what a live source is to be asked for
 * @throws AuditError when it can't be used
 */
export async function openSource(
  { path, live }: Pick<AuditOptions, "path" | "live">,
  wanted: () => WantedRanges,
): Promise<OpenedSource> {
  if (path !== undefined) return openSnapshot(path, chooseHash);
  if (live === undefined)
    throw new AuditError("USAGE", "no source is named", { nextStep: "give a path, or how to reach etcd" });
  // What only a live source needs takes a third of a second to load.
  const { LiveSource } = await import("./source/live/live-source.ts");
  const source = await LiveSource.open(live, wanted(), chooseHash);
  return { source, readsResidueUnasked: false, hasWal: false, close: async () => source.close() };
}

const OVERTAKEN: IncompleteReason = {
  code: "compacted-meanwhile",
  message: "compactions have overtaken the reading of superseded revisions again and again; scan a snapshot instead",
};

function withReason(read: ReadSource, reason: IncompleteReason): ReadSource {
  return { ...read, facts: { ...read.facts, incompleteReasons: [...read.facts.incompleteReasons, reason] } };
}

/** What an option that was left out means. */
export function wishOf(asked: boolean | undefined): Wish {
  if (asked === undefined) return "auto";
  return asked ? "yes" : "no";
}

function chooseHash(size: number | null, chunks: ChunkMemory): ContentHash {
  if (size === null) return new LateContentHash(chunks);
  return size < SMALLEST_FOR_WORKER ? new InlineContentHash(chunks) : new WorkerContentHash(chunks);
}
