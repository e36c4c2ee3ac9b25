import type { RecordSink } from "../model/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";

/** Told how many bytes have been read, and of how many (null: not known). */
export type ProgressListener = (bytesRead: number, bytesTotal: number | null) => void;

/** Whether something is wanted; `auto`: where it comes cheap. */
export type Wish = "auto" | "yes" | "no";

export interface ReadOptions {
  /** Superseded revisions; `auto`: unless there are too many to ask a live etcd for. */
  readonly history: Wish;
  /** Whether freed pages, the file's tail and WAL files are wanted. */
  readonly residue: boolean;
  /** Ends the reading early; what was seen until then is still reported, marked incomplete. */
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
  /** One line of what could not be learned, though all that was asked for was read. */
  readonly onNotice: (line: string) => void;
  /** Whether the caller begins anew when a compaction overtakes the reading; else what was seen until then is the result. */
  readonly mayStartOver: boolean;
  /** One line of what the reading has cost, where that is a question. */
  readonly onDebug: (line: string) => void;
}

/** Somewhere that etcd's revisions are stored. */
export interface Source {
  /**
   * Reads everything once and hands every record to `sink`. Damage ends up in the facts, not in an error.
   * @throws AuditError when nothing can be read at all
   */
  read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts>;
}
