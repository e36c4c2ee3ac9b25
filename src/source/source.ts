import type { Engine } from "../engine/engine.ts";
import type { RecordSink } from "../engine/record-sink.ts";
import type { Listeners } from "../model/listeners.ts";
import type { SourceFacts } from "../model/source-facts.ts";

/** Whether something is wanted; `auto`: where it comes cheap. */
export type Wish = "auto" | "yes" | "no";

/** How a source is read. Of what was seen until the signal ends it, all is still reported. */
export interface ReadOptions extends Required<Listeners> {
  /** What the records are read with; the sink's own. */
  readonly engine: Engine;
  /** Superseded revisions; `auto`: unless there are too many to ask a live etcd for. */
  readonly history: Wish;
  /** Whether freed pages, the file's tail and WAL files are wanted. */
  readonly residue: boolean;
  /** Whether the caller begins anew when a compaction overtakes the reading; else what was seen until then is the result. */
  readonly mayStartOver: boolean;
}

/** Somewhere that etcd's revisions are stored. */
export interface Source {
  /**
   * Reads everything once and hands every record to `sink`. Damage ends up in the facts, not in an error.
   * @throws AuditError when nothing can be read at all
   */
  read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts>;
}
