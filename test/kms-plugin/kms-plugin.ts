import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { method } from "./protocol.ts";
import { WRAPPINGS } from "./remote-key.ts";

/** What a plugin of the tests is like. */
export interface KmsPluginOptions {
  readonly wrapping?: keyof typeof WRAPPINGS;
  /** Whether a rotation changes the key ID, as the API wants it, or leaves it as it was, as some plugins do. */
  readonly keyId?: "changes" | "constant";
  /** A name in Linux' abstract namespace instead of a file. */
  readonly abstractName?: string;
}

/** A DecryptRequest of v2 as it came. */
interface Decrypt {
  readonly ciphertext: Buffer;
  readonly uid: string;
  readonly key_id: string;
  readonly annotations: Readonly<Record<string, Buffer>>;
}

/**
 * A KMS plugin with both versions of the API on one socket, and the remote key behind it. Its fields are set while it
 * runs.
 */
export class KmsPlugin {
  /** As it stands in an EncryptionConfiguration. */
  readonly endpoint: string;
  /** The version of the remote key that wraps. */
  keyVersion = 1;
  /** Versions of the remote key that are no more. */
  readonly destroyed = new Set<number>();
  healthz = "ok";
  apiVersion = "v2";
  /** Milliseconds before each answer. */
  delay = 0;
  /** The gRPC status with which every call is refused. */
  refusal: status | null = null;
  /** Whether that is over after one call. */
  passing = false;
  /** The methods called, in order. */
  readonly calls: string[] = [];
  /** The last of v2. */
  lastDecrypt: Decrypt | null = null;
  private readonly options: KmsPluginOptions;
  private readonly folder: string;
  private server: Server | null = null;

  private constructor(options: KmsPluginOptions) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), "kms-plugin-"));
    this.endpoint = `unix:///${options.abstractName === undefined ? join(this.folder, "kms.sock").slice(1) : `@${options.abstractName}`}`;
  }

  static async start(options: KmsPluginOptions = {}): Promise<KmsPlugin> {
    const plugin = new KmsPlugin(options);
    await plugin.resume();
    return plugin;
  }

  get keyId(): string {
    return this.options.keyId === "constant" ? "remote-key" : `remote-key/versions/${this.keyVersion}`;
  }

  /** Listens again, after `kill`. */
  async resume(): Promise<void> {
    const { abstractName } = this.options;
    const target =
      abstractName === undefined ? `unix://${this.endpoint.slice("unix://".length)}` : `unix:\0${abstractName}`;
    const server = new Server();
    for (const [definition, handlers] of this.services()) server.addService(definition, handlers);
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(target, ServerCredentials.createInsecure(), (error) =>
        error === null ? resolve() : reject(error),
      );
    });
    this.server = server;
  }

  /** Ends all connections and listens no more. */
  kill(): void {
    this.server?.forceShutdown();
    this.server = null;
  }

  close(): void {
    this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private services() {
    const v2 = "/v2.KeyManagementService";
    const v1 = "/v1beta1.KeyManagementService";
    const methods = [
      method(`${v2}/Status`, "StatusRequest", "StatusResponse", async () => ({
        version: this.apiVersion,
        healthz: this.healthz,
        key_id: this.keyId,
      })),
      method(
        `${v2}/Encrypt`,
        "EncryptRequestV2",
        "EncryptResponseV2",
        async ({ plaintext }: { plaintext: Buffer }) => ({
          ...this.wrapping.wrap(this.keyVersion, plaintext),
          key_id: this.keyId,
        }),
      ),
      method(`${v2}/Decrypt`, "DecryptRequestV2", "DecryptResponseV2", async (request: Decrypt) => {
        this.lastDecrypt = request;
        return { plaintext: this.unwrap(request.ciphertext) };
      }),
      method(`${v1}/Version`, "VersionRequest", "VersionResponse", async () => ({
        version: "v1beta1",
        runtime_name: "kms-plugin-for-tests",
        runtime_version: "1.0.0",
      })),
      method(`${v1}/Encrypt`, "EncryptRequestV1", "EncryptResponseV1", async ({ plain }: { plain: Buffer }) => ({
        cipher: this.wrapping.wrap(this.keyVersion, plain).ciphertext,
      })),
      method(`${v1}/Decrypt`, "DecryptRequestV1", "DecryptResponseV1", async ({ cipher }: { cipher: Buffer }) => ({
        plain: this.unwrap(cipher),
      })),
    ];
    return [v2, v1].map((service) => {
      const definition: Record<string, ServiceDefinition[string]> = {};
      const handlers: UntypedServiceImplementation = {};
      for (const { answer, ...one } of methods.filter(({ path }) => path.startsWith(`${service}/`))) {
        definition[one.path] = one;
        handlers[one.path] = this.handler(one.path, answer);
      }
      return [definition, handlers] as const;
    });
  }

  private handler(path: string, answer: (request: object) => Promise<object>): handleUnaryCall<object, object> {
    return async ({ request }, done) => {
      this.calls.push(path);
      await sleep(this.delay, undefined, { ref: false });
      const { refusal } = this;
      if (this.passing) this.refusal = null;
      if (refusal !== null) return done({ code: refusal, details: "refused" });
      await answer(request).then(
        (message) => done(null, message),
        (error) => done({ code: status.UNKNOWN, details: String(error) }),
      );
    };
  }

  private get wrapping() {
    return WRAPPINGS[this.options.wrapping ?? "vault"];
  }

  private unwrap(ciphertext: Buffer): Buffer {
    const version = this.wrapping.versionOf(ciphertext);
    if (version === undefined || this.destroyed.has(version)) throw new Error("no such version of the key");
    return this.wrapping.unwrap(ciphertext);
  }
}
