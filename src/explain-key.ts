import type { AuditOptions } from "./audit.ts";
import { Classifier } from "./classify/classifier.ts";
import { Engine } from "./engine/engine.ts";
import { EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_PASS } from "./model/exit-code.ts";
import type { KeyEvent, KeyHistory } from "./model/key-history.ts";
import type { WantedRanges } from "./model/key-range.ts";
import { allListeners, type Listeners } from "./model/listeners.ts";
import type { SourceFacts } from "./model/source-facts.ts";
import { openSource, wishOf } from "./read-source.ts";
import { toolIdentity } from "./run-facts.ts";
import { KeyWrites } from "./timeline/key-writes.ts";

/** Which key to look for, and where: as for an audit. */
export interface ExplainOptions extends Listeners, Pick<AuditOptions, "path" | "live" | "history" | "residue"> {
  /** The etcd key's bytes, as it is stored. */
  readonly key: Uint8Array;
}

/**
 * Finds every write to one key that a source still holds, and how each value is protected. No value is in the result.
 * @throws AuditError when the source can't be used at all
 */
export async function explainKey(options: ExplainOptions): Promise<KeyHistory> {
  const { key } = options;
  const writes = new KeyWrites(key, new Classifier());
  const opened = await openSource(options, () => rangesOf(key));
  const residue = options.residue ?? opened.readsResidueUnasked;
  const history = wishOf(options.history);
  const mayStartOver = false;
  let source: SourceFacts;
  try {
    source = await opened.source.read(writes, {
      ...allListeners(options),
      engine: new Engine(),
      history,
      residue,
      mayStartOver,
    });
  } finally {
    await opened.close();
  }
  const found = writes.events();
  const events = history === "no" ? withoutHistory(found) : found;
  const { incompleteReasons } = source;
  return {
    tool: await toolIdentity(),
    key,
    source: { ...source, readsHistory: source.readsHistory && history !== "no" },
    events,
    nearKeys: events.length === 0 ? writes.nearKeys() : [],
    incompleteReasons,
    exitCode: exitCodeOf(events.length, incompleteReasons),
  };
}

/** What a write that is stored but superseded left elsewhere is not history. */
function withoutHistory(events: readonly KeyEvent[]): readonly KeyEvent[] {
  return events
    .map((event) => ({ ...event, places: event.places.filter(({ location }) => location !== "history") }))
    .filter(({ places }) => places.length > 0);
}

function exitCodeOf(events: number, reasons: KeyHistory["incompleteReasons"]): number {
  if (reasons.some(({ code }) => code === "interrupted")) return EXIT_INTERRUPTED;
  return events === 0 || reasons.length > 0 ? EXIT_INCOMPLETE : EXIT_PASS;
}

/** Of a live etcd the one key is asked for and nothing else: a role for it suffices. */
function rangesOf(key: Uint8Array): WantedRanges {
  const range = { key, rangeEnd: Buffer.concat([key, Uint8Array.of(0)]) };
  const prefix = Buffer.from(key).toString("utf8");
  return {
    arePrefixesNamed: true,
    prefixes: [{ prefix, whole: range, values: [range], definitions: null }],
    gaps: [],
  };
}
