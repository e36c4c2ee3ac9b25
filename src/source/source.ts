import type { RecordSink } from "../model/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";

/** Told how many bytes have been read, and of how many (null: not known). */
export type ProgressListener = (bytesRead: number, bytesTotal: number | null) => void;

export interface ReadOptions {
  /** Ends the reading early; what was seen until then is still reported, marked incomplete. */
  readonly signal: AbortSignal;
  readonly onProgress: ProgressListener;
}

/** Somewhere that etcd's revisions are stored. */
export interface Source {
  /**
   * Reads everything once and hands every record to `sink`. Damage ends up in the facts, not in an error.
   * @throws AuditError when nothing can be read at all
   */
  read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts>;
}
