import type { RecordSink } from "../../engine/record-sink.ts";
import type { Cost } from "../../etcd/client/cost.ts";
import { EtcdClient } from "../../etcd/client/etcd-client.ts";
import { PAGES_IN_FLIGHT } from "../../etcd/client/range-pages.ts";
import type { WantedRanges } from "../../model/key-range.ts";
import type { LiveOptions } from "../../model/live-options.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import type { OpenHash } from "../content-hash.ts";
import type { ReadOptions, Source } from "../source.ts";
import { unusable } from "./failures.ts";
import { LiveReading, type LiveReadingTools } from "./live-reading.ts";

/** Milliseconds between two looks at how much has come. */
const PROGRESS_INTERVAL = 200;

/** A running etcd, read through its client port and never written to. */
export class LiveSource implements Source {
  private readonly tools: LiveReadingTools;

  private constructor(tools: LiveReadingTools) {
    this.tools = tools;
  }

  /**
   * @throws AuditError NOT_CONNECTED when no endpoint can be used: nothing was scanned
   */
  static async open(live: LiveOptions, wanted: WantedRanges, openHash: OpenHash): Promise<LiveSource> {
    try {
      const client = await EtcdClient.open(live.connection);
      return new LiveSource({ client, wanted, live, openHash });
    } catch (error) {
      throw unusable(error);
    }
  }

  close(): void {
    this.tools.client.close();
  }

  /**
   * @throws AuditError NOT_CONNECTED, USAGE for a revision that is not stored, INTERRUPTED before anything was read,
   * COMPACTED_MEANWHILE when the scan must begin anew with an empty sink
   */
  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { client } = this.tools;
    const onAbort = () => client.close();
    if (options.signal.aborted) onAbort();
    options.signal.addEventListener("abort", onAbort, { once: true });
    const progress = setInterval(() => options.onProgress(client.spent.bytes, null), PROGRESS_INTERVAL);
    try {
      return await new LiveReading(this.tools, sink, options).read();
    } finally {
      clearInterval(progress);
      options.onDebug(costLine(client.spent));
      options.signal.removeEventListener("abort", onAbort);
    }
  }
}

function costLine({ requests, bytes, seconds, revisions }: Cost): string {
  const most = `at most ${PAGES_IN_FLIGHT} pages in flight`;
  return `asked etcd ${requests} times (${most}), read ${bytes} bytes and ${revisions} revisions in ${seconds.toFixed(1)} s`;
}
