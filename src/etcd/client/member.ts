import {
  Channel,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  connectivityState,
  type Interceptor,
} from "@grpc/grpc-js";
import type { Etcd3 } from "etcd3";
import type { ConnectionOptions } from "../../model/connection-options.ts";
import type { AuthSession } from "./auth-session.ts";
import { borrowedChannel } from "./borrowed-channel.ts";
import { channelOptions, STREAM_IDLE_MS } from "./channel-options.ts";
import { EtcdClientError } from "./client-error.ts";
import type { CostMeter } from "./cost.ts";
import { diagnoseConnection } from "./diagnose-connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { openEtcd3 } from "./etcd3-calls.ts";
import { type MessageStream, messagesOf } from "./message-stream.ts";
import { METHODS, type Method, methodAllowList } from "./method-allow-list.ts";
import { clientErrorOf } from "./status-mapping.ts";
import { transportOf } from "./transport-credentials.ts";

/** A duplex call: requests out, messages in. */
export interface MessageExchange {
  readonly messages: MessageStream;
  send(request: Uint8Array): void;
}

/**
 * One endpoint of etcd and the one connection to it.
 *
 * Range, RangeStream, Watch, Snapshot and HashKV go straight over grpc-js, as bytes: etcd3 1.1.2 makes an object of every
 * record, loses the compact revision of a cancelled watch and skips history when one reconnects, sends the token of a
 * Snapshot in the wrong place, calls HashKV by a name that does not exist and does not know RangeStream. Status, which
 * every scan asks for, does so too: to load etcd3 for it would take a fifth of a scan of 100,000 values. Authenticate,
 * MemberList and Alarm go through etcd3, over this same channel: so they have the same TLS settings (etcd3 itself can't
 * skip verification), the same token and the same list of allowed methods.
 */
export class Member {
  readonly endpoint: Endpoint;
  private readonly options: ConnectionOptions;
  private readonly cost: CostMeter;
  private readonly channel: Channel;
  private readonly client: Client;
  private readonly interceptors: readonly Interceptor[];
  private readonly calls = new Set<{ cancel(): void }>();
  private etcd3Client: Promise<Etcd3> | null = null;
  private isClosed = false;

  /**
   * Connects nothing yet.
   * @throws EtcdClientError `tls-files`
   */
  constructor(endpoint: Endpoint, options: ConnectionOptions, session: AuthSession, cost: CostMeter) {
    const transport = transportOf(endpoint, options);
    this.endpoint = endpoint;
    this.options = options;
    this.cost = cost;
    this.channel = new Channel(endpoint.target, transport.credentials, {
      ...channelOptions(options),
      ...transport.options,
    });
    this.interceptors = [methodAllowList(endpoint.text), session.interceptor(), cost.interceptor()];
    this.client = new Client(endpoint.target, transport.credentials, this.clientOptions());
  }

  /** Whether the connection stands now. */
  get isReady(): boolean {
    return this.channel.getConnectivityState(false) === connectivityState.READY;
  }

  /**
   * Resolves when the connection stands.
   * @throws EtcdClientError that tells why it does not, after the first failure or the dial timeout
   */
  async connect(): Promise<void> {
    const deadline = Date.now() + this.options.dialTimeout;
    for (;;) {
      const state = this.channel.getConnectivityState(true);
      if (state === connectivityState.READY) return;
      const hasFailed = state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN;
      if (hasFailed || !(await this.stateChange(state, deadline))) {
        throw await diagnoseConnection(this.endpoint, this.options);
      }
    }
  }

  /**
   * One request, one answer within the command timeout, both as bytes.
   * @throws EtcdClientError
   */
  async unary(method: Method, request: Uint8Array): Promise<Uint8Array> {
    this.assertOpen();
    const deadline = Date.now() + this.options.commandTimeout;
    const answer = await new Promise<Uint8Array>((resolve, reject) => {
      const settle = (error: Error | null, bytes: Uint8Array | undefined): void => {
        this.calls.delete(call);
        if (bytes === undefined || error !== null) reject(this.errorOf(error));
        else resolve(bytes);
      };
      const call = this.client.makeUnaryRequest(method, asBuffer, asIs, request, { deadline }, settle);
      this.calls.add(call);
    });
    this.cost.bytes += answer.length;
    return answer;
  }

  /** One request, many answers. */
  stream(method: Method, request: Uint8Array): MessageStream {
    this.assertOpen();
    const call = this.client.makeServerStreamRequest<Uint8Array, Uint8Array>(method, asBuffer, asIs, request);
    return this.messagesOf(call);
  }

  /** The Watch method. */
  watch(): MessageExchange {
    this.assertOpen();
    const call: ClientDuplexStream<Uint8Array, Uint8Array> = this.client.makeBidiStreamRequest(
      METHODS.watch,
      asBuffer,
      asIs,
    );
    return {
      messages: this.messagesOf(call),
      send: (request) => {
        call.write(request);
      },
    };
  }

  /** etcd3 over this connection; loaded when first asked for. */
  etcd3(): Promise<Etcd3> {
    this.etcd3Client ??= openEtcd3(this.endpoint, this.options, this.clientOptions());
    return this.etcd3Client;
  }

  /** The closed error for what a call threw. */
  errorOf(thrown: unknown): EtcdClientError {
    if (this.isClosed) return new EtcdClientError("closed", this.endpoint.text, { cause: thrown });
    return clientErrorOf(thrown, this.endpoint.text);
  }

  /** Ends every call. */
  close(): void {
    this.isClosed = true;
    // A closed channel lets the calls that are under way go on.
    for (const call of this.calls) call.cancel();
    this.channel.close();
  }

  private assertOpen(): void {
    if (this.isClosed) throw new EtcdClientError("closed", this.endpoint.text);
  }

  private clientOptions() {
    return { channelOverride: borrowedChannel(this.channel), interceptors: [...this.interceptors] };
  }

  private stateChange(from: connectivityState, deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.channel.watchConnectivityState(from, deadline, (error) => resolve(error === undefined));
    });
  }

  private async *messagesOf(call: ClientReadableStream<Uint8Array>): MessageStream {
    const idleTimeout = Math.max(STREAM_IDLE_MS, this.options.commandTimeout);
    this.calls.add(call);
    try {
      for await (const message of messagesOf(call, idleTimeout, (error) => this.errorOf(error))) {
        this.cost.bytes += message.length;
        yield message;
        this.assertOpen();
      }
    } finally {
      this.calls.delete(call);
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asIs(bytes: Buffer): Uint8Array {
  return bytes;
}
