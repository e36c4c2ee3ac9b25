import type { SecretBytes } from "../secret-bytes.ts";
import { acceptedOf, type LintFile, type LintResult, localKeysOf, providersOf, type Weakness } from "./lint-result.ts";
import { isPublished } from "./published-key.ts";

const AES_128_LENGTH = 16;
/** A pattern that repeats within a key is at most this long, in bytes. */
const LONGEST_PATTERN = 8;

/**
 * Keys that are easier to guess than 256 random bits. Random bytes fail none of the content tests: the likeliest, 16
 * bytes that happen to be printable, has a chance of 1 in 5 million.
 */
export function* weakKey(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    for (const { provider, key } of localKeysOf(providersOf(configuration))) {
      const { length } = key.secret;
      // A published key has a finding of its own.
      const weakness = isPublished(key.secret) ? undefined : weaknessOf(key.secret);
      if (weakness === undefined) continue;
      const detail = { kind: "config-weak-key", key: { provider, name: key.name }, weakness, length } as const;
      yield { path: configuration.path, line: key.secretLine, detail };
    }
  }
}

function weaknessOf(secret: SecretBytes): Weakness | undefined {
  return secret.expose((bytes) => {
    if (repeats(bytes)) return "pattern";
    if (isSequence(bytes)) return "sequence";
    if (bytes.every(isPrintable)) return "printable-text";
    if (new Set(bytes).size <= bytes.length / 2) return "few-different-bytes";
    return bytes.length === AES_128_LENGTH ? "aes-128" : undefined;
  });
}

function repeats(bytes: Uint8Array): boolean {
  for (let period = 1; period <= LONGEST_PATTERN; period++) {
    if (bytes.every((byte, index) => index < period || byte === bytes[index - period])) return true;
  }
  return false;
}

/** Bytes that go up or down by the same step. */
function isSequence(bytes: Uint8Array): boolean {
  const step = (bytes[1] ?? 0) - (bytes[0] ?? 0);
  return bytes.every((byte, index) => index === 0 || ((byte - (bytes[index - 1] ?? 0) - step) & 0xff) === 0);
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte <= 0x7e) || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
