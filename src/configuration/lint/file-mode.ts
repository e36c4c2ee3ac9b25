import { type LintFile, type LintResult, localKeysOf, providersOf } from "./lint-result.ts";

const READABLE_BY_OTHERS = 0o044;
const WRITABLE_BY_OTHERS = 0o022;

/** A file with keys is its owner's to read, and any configuration is its owner's to write. */
export function* fileMode(files: readonly LintFile[]): Iterable<LintResult> {
  for (const file of files) {
    const { mode } = file;
    if (mode === null) continue;
    const isWritable = (mode & WRITABLE_BY_OTHERS) !== 0;
    if (!isWritable && !((mode & READABLE_BY_OTHERS) !== 0 && mayHoldKeys(file))) continue;
    const detail = {
      kind: "config-file-mode",
      mode: mode & 0o7777,
      risk: isWritable ? "writable" : "readable",
    } as const;
    yield { path: file.reading.path, line: 1, detail };
  }
}

function mayHoldKeys({ reading }: LintFile): boolean {
  return reading.kind === "refused" || localKeysOf(providersOf(reading.configuration)).length > 0;
}
