import { randomUUID } from "node:crypto";
import type { KmsProvider } from "../configuration/configuration.ts";
import { SecretBytes } from "../configuration/secret-bytes.ts";
import { readDecrypted, readThreeTexts, V1_VERSION, versionRequest, withUid } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { PluginConnection } from "./plugin-connection.ts";
import { KmsPluginError } from "./plugin-error.ts";

/** What a plugin says of itself. Its texts are as they came: not fit for a terminal. */
export type PluginStatus =
  | {
      readonly kind: "kms-v2";
      readonly version: string;
      /** `ok`, or what is wrong. */
      readonly healthz: string;
      /** Of the remote key that wraps new data keys. */
      readonly keyId: string;
    }
  | {
      readonly kind: "kms-v1";
      readonly version: string;
      readonly runtimeName: string;
      readonly runtimeVersion: string;
    };

/** The versions that the API server takes for v2 (apiserver encrypt/envelope/kmsv2: validateStatus). */
const V2_VERSIONS: readonly string[] = ["v2", "v2beta1"];

/** The plugin of one provider. */
export class KmsPlugin {
  readonly provider: KmsProvider;
  private readonly connection: PluginConnection;

  /**
   * Connects nothing yet.
   * @param signal ends calls under way
   * @throws KmsPluginError `bad-endpoint`
   */
  constructor(provider: KmsProvider, signal: AbortSignal) {
    this.provider = provider;
    this.connection = new PluginConnection(provider, signal);
  }

  /**
   * Asks by Status, or by Version for KMS v1, which knows neither health nor key ID.
   * @throws KmsPluginError
   */
  async status(): Promise<PluginStatus> {
    return this.provider.kind === "kms-v2" ? this.statusV2() : this.statusV1();
  }

  /**
   * Has one data key unwrapped.
   * @param request what `decryptRequestV1` or `decryptRequestV2` has made
   * @throws KmsPluginError; `answers-with-error` when the plugin does not unwrap it
   */
  async decrypt(request: Uint8Array): Promise<SecretBytes> {
    const answer = await (this.provider.kind === "kms-v2"
      ? this.connection.call(METHODS.decryptV2, withUid(request, randomUUID()))
      : this.connection.call(METHODS.decryptV1, request));
    try {
      return new SecretBytes(Uint8Array.from(this.read(answer, readDecrypted)));
    } finally {
      answer.fill(0);
    }
  }

  close(): void {
    this.connection.close();
  }

  private async statusV1(): Promise<PluginStatus> {
    const answer = await this.connection.call(METHODS.version, versionRequest());
    const [version, runtimeName, runtimeVersion] = this.read(answer, readThreeTexts);
    if (version !== V1_VERSION) throw new KmsPluginError("wrong-version", this.provider, version);
    return { kind: "kms-v1", version, runtimeName, runtimeVersion };
  }

  private async statusV2(): Promise<PluginStatus> {
    const answer = await this.connection.call(METHODS.status, new Uint8Array(0));
    const [version, healthz, keyId] = this.read(answer, readThreeTexts);
    if (!V2_VERSIONS.includes(version)) throw new KmsPluginError("wrong-version", this.provider, version);
    return { kind: "kms-v2", version, healthz, keyId };
  }

  private read<Message>(answer: Uint8Array, decode: (bytes: Uint8Array) => Message): Message {
    try {
      return decode(answer);
    } catch {
      throw new KmsPluginError("malformed-response", this.provider);
    }
  }
}
