import { createHmac, randomBytes } from "node:crypto";
import { inspect } from "node:util";

/** Makes the fingerprints of one run worthless outside it. */
const RUN_SALT = randomBytes(32);

/**
 * Key material that cannot be printed by accident: whatever turns it into text (template strings, JSON, console,
 * util.inspect) gives its length and nothing else.
 */
export class SecretBytes {
  readonly #bytes: Uint8Array;

  /** Takes the bytes over: the caller keeps no copy. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Length in bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Lends the bytes to `use`, which neither keeps, changes nor prints them. */
  expose<Result>(use: (bytes: Uint8Array) => Result): Result {
    return use(this.#bytes);
  }

  /** Overwrites the bytes with zeros. What was made of them before, such as a key object, is not reached. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  /** Equal for equal secrets during one run, and different in every other run: for comparing, not for reports. */
  fingerprint(): string {
    return createHmac("sha256", RUN_SALT).update(this.#bytes).digest("hex");
  }

  toString(): string {
    return `[redacted, ${this.length} bytes]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
