import { createHash } from "node:crypto";
import type { SecretBytes } from "../secret-bytes.ts";
import { acceptedOf, type LintFile, type LintResult, localKeysOf, providersOf } from "./lint-result.ts";

/** SHA-256 of the three keys that the Kubernetes documentation has printed since v1.13. */
const PUBLISHED: ReadonlySet<string> = new Set([
  "66337256703eecc9d5e12f8b85a02fc86d98c832137fc075a9566dcc9dc8eb36",
  "15a1b278f7e9cd1525e75fd9182d7bc0c6c00e4fa9e678c2184655491f98f1a2",
  "f6d527e6d01865481134f29788be2afe7fc3c702e1a55d7ceafac5f35199e8dc",
]);

/** Keys that anyone can read in the documentation: as good as plaintext. */
export function* publishedKey(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    for (const { provider, key } of localKeysOf(providersOf(configuration))) {
      if (!isPublished(key.secret)) continue;
      const detail = { kind: "config-published-key", key: { provider, name: key.name } } as const;
      yield { path: configuration.path, line: key.secretLine, detail };
    }
  }
}

/** Whether a key is one of the documentation's samples. */
export function isPublished(secret: SecretBytes): boolean {
  return secret.expose((bytes) => PUBLISHED.has(createHash("sha256").update(bytes).digest("hex")));
}
