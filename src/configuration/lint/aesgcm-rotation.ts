import { acceptedOf, type LintFile, type LintResult } from "./lint-result.ts";

/** An aesgcm key that writes must be replaced every 200,000 writes, since its nonces are random. */
export function* aesgcmRotation(files: readonly LintFile[]): Iterable<LintResult> {
  for (const { path, rules } of acceptedOf(files)) {
    for (const writer of new Set(rules.map(({ providers }) => providers[0]))) {
      if (writer?.kind !== "aesgcm") continue;
      const key = { provider: writer.kind, name: writer.keys[0]?.name ?? null };
      yield { path, line: writer.line, detail: { kind: "config-aesgcm-rotation", key } };
    }
  }
}
