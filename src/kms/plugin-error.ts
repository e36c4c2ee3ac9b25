import type { KmsProvider } from "../configuration/configuration.ts";
import { referenceText } from "../model/key-reference.ts";
import { oneLine } from "../model/one-line.ts";

/** Every way in which a plugin can fail to answer. Closed: what may be concluded depends on it. */
export type KmsPluginErrorCode =
  | "bad-endpoint"
  | "no-socket"
  | "not-permitted"
  | "nothing-listening"
  | "deadline"
  | "unavailable"
  | "too-busy"
  | "not-a-plugin"
  | "wrong-version"
  | "answers-with-error"
  | "malformed-response"
  | "method-refused"
  | "interrupted";

/** What to say of a code, and what the reader can do about it: a sentence without a full stop each. */
const WORDS = {
  "bad-endpoint": ["its endpoint names no socket", "give unix:///path in the configuration"],
  "no-socket": ["there is no such socket", "run this where the plugin runs, and check that it does"],
  "not-permitted": ["the socket may not be used", "run this as a user that may, such as the API server's own"],
  "nothing-listening": ["nothing listens on the socket", "check that the plugin runs"],
  deadline: ["no answer in time", "see the plugin's log, or raise timeout in the configuration"],
  unavailable: ["it is not available", "see the plugin's log"],
  "too-busy": ["it takes no more requests now", "try again later"],
  "not-a-plugin": ["what listens there is no KMS plugin of this version", "check apiVersion and endpoint"],
  "wrong-version": ["it speaks another version of the plugin API", "check apiVersion and endpoint"],
  "answers-with-error": ["it answers with an error", "see the plugin's log"],
  "malformed-response": ["its answer can't be decoded", "check apiVersion and endpoint"],
  "method-refused": ["a method that is not needed is never called", "report this as a defect"],
  interrupted: ["interrupted before it answered", "run again"],
} as const satisfies Record<KmsPluginErrorCode, readonly [says: string, nextStep: string]>;

/**
 * A plugin's failure as one line with the provider and its socket. Holds neither key material nor the plugin's own
 * words: those of a failed Decrypt could repeat what was to be decrypted.
 */
export class KmsPluginError extends Error {
  readonly code: KmsPluginErrorCode;
  readonly nextStep: string;

  /** @param detail words of this program, of gRPC's list of statuses, or a version */
  constructor(code: KmsPluginErrorCode, provider: KmsProvider, detail = "") {
    const [says, nextStep] = WORDS[code];
    const place = `${oneLine(referenceText({ provider: provider.kind, name: provider.name }))} at ${oneLine(provider.endpoint)}`;
    super(`KMS plugin ${place}: ${says}${detail === "" ? "" : ` (${oneLine(detail)})`}`);
    this.name = "KmsPluginError";
    this.code = code;
    this.nextStep = nextStep;
  }

  /** Whether the plugin itself has said no: whatever else went wrong tells nothing of the key. */
  get isRefusal(): boolean {
    return this.code === "answers-with-error";
  }
}
