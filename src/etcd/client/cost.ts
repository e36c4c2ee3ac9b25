import { InterceptingCall, type Interceptor } from "@grpc/grpc-js";

/** What reading a live etcd has cost so far. */
export interface Cost {
  /** Calls begun, streams among them. */
  readonly requests: number;
  /** Bytes of answers of Range, RangeStream, Watch, Snapshot and HashKV: messages, without framing and TLS. */
  readonly bytes: number;
  /** Revisions decoded. */
  readonly revisions: number;
  /** Since the client was made. */
  readonly seconds: number;
}

/** Counts as the client goes. */
export class CostMeter {
  requests = 0;
  bytes = 0;
  revisions = 0;
  private readonly startedAt = performance.now();

  /** The counts now. */
  read(): Cost {
    const seconds = (performance.now() - this.startedAt) / 1000;
    return { requests: this.requests, bytes: this.bytes, revisions: this.revisions, seconds };
  }

  /** Counts every call that goes out. */
  interceptor(): Interceptor {
    return (options, nextCall) => {
      this.requests += 1;
      return new InterceptingCall(nextCall(options));
    };
  }
}
