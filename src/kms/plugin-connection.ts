import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import type { KmsProvider } from "../configuration/configuration.ts";
import { diagnoseSocket } from "./diagnose-socket.ts";
import { type Method, methodAllowList } from "./method-allow-list.ts";
import { pluginAddress } from "./plugin-address.ts";
import { KmsPluginError } from "./plugin-error.ts";

/** Bytes. Every answer is a few short texts or one data key. */
const LARGEST_ANSWER = 64 * 1024;

/** The one connection to a plugin. Every call passes the allow list. */
export class PluginConnection {
  private readonly provider: KmsProvider;
  private readonly path: string;
  private readonly client: Client;
  private readonly signal: AbortSignal;

  /**
   * Connects nothing yet.
   * @param signal ends calls under way
   * @throws KmsPluginError `bad-endpoint`
   */
  constructor(provider: KmsProvider, signal: AbortSignal) {
    const address = pluginAddress(provider.endpoint);
    if (address === undefined) throw new KmsPluginError("bad-endpoint", provider);
    this.provider = provider;
    this.path = address.path;
    this.signal = signal;
    this.client = new Client(address.target, credentials.createInsecure(), {
      interceptors: [methodAllowList(provider)],
      // A data key must not pass through a proxy that happens to be set for the web.
      "grpc.enable_http_proxy": 0,
      "grpc.enable_retries": 0,
      "grpc.max_receive_message_length": LARGEST_ANSWER,
      "grpc.initial_reconnect_backoff_ms": 100,
      "grpc.max_reconnect_backoff_ms": 1_000,
      "grpc.use_local_subchannel_pool": 1,
      "grpc.primary_user_agent": "etcd-encryption-auditor",
    });
  }

  /**
   * One request, one answer within the provider's timeout.
   * @throws KmsPluginError
   */
  async call(method: Method, request: Uint8Array): Promise<Uint8Array> {
    if (this.signal.aborted) throw new KmsPluginError("interrupted", this.provider);
    const deadline = Date.now() + this.provider.timeout;
    let cancel = (): void => undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        const settle = (error: ServiceError | null, answer: Uint8Array | undefined): void => {
          if (error === null && answer !== undefined) resolve(answer);
          else reject(error);
        };
        const call = this.client.makeUnaryRequest(method, asBuffer, asIs, request, { deadline }, settle);
        cancel = () => call.cancel();
        this.signal.addEventListener("abort", cancel);
      });
    } catch (error) {
      throw await this.errorOf(error);
    } finally {
      this.signal.removeEventListener("abort", cancel);
    }
  }

  close(): void {
    this.client.close();
  }

  private async errorOf(thrown: unknown): Promise<KmsPluginError> {
    const { provider } = this;
    if (thrown instanceof KmsPluginError) return thrown;
    if (this.signal.aborted) return new KmsPluginError("interrupted", provider);
    const { code, details } = statusOf(thrown);
    // What grpc-js itself says of a strange answer bears statuses that a plugin may use too.
    if (/message larger than max/.test(details)) return new KmsPluginError("malformed-response", provider);
    if (/RST_STREAM|without gRPC status/.test(details)) return new KmsPluginError("unavailable", provider);
    if (details.startsWith("Received HTTP status code")) return new KmsPluginError("not-a-plugin", provider);
    switch (code) {
      case status.DEADLINE_EXCEEDED:
      case status.CANCELLED:
        return new KmsPluginError("deadline", provider, `${provider.timeout} ms`);
      case status.UNAVAILABLE:
        return new KmsPluginError(await diagnoseSocket(this.path), provider);
      case status.RESOURCE_EXHAUSTED:
      case status.ABORTED:
        return new KmsPluginError("too-busy", provider, status[code]);
      case status.UNIMPLEMENTED:
        return new KmsPluginError("not-a-plugin", provider);
      default:
        return new KmsPluginError("answers-with-error", provider, status[code]);
    }
  }
}

function statusOf(thrown: unknown): { readonly code: number; readonly details: string } {
  const unknown = { code: status.UNKNOWN, details: "" };
  if (typeof thrown !== "object" || thrown === null) return unknown;
  const { code = unknown.code, details = "" } = thrown as Partial<ServiceError>;
  return { code, details };
}

function asBuffer(request: Uint8Array): Buffer {
  return Buffer.from(request.buffer, request.byteOffset, request.byteLength);
}

function asIs(answer: Buffer): Uint8Array {
  return answer;
}
