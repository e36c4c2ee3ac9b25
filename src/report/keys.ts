import { keyLine } from "./escape.ts";
import { countOf } from "./numbers.ts";
import { plaintextKeys } from "./plaintext-keys.ts";
import type { Reporter } from "./reporter.ts";
import { TextChunks } from "./text-chunks.ts";

/** The exact keys still unencrypted, one a line; a key that a line can't hold faithfully is quoted as JSON. */
export const keys: Reporter = {
  async write(result, out, options) {
    const chunks = new TextChunks(out);
    let quotedCount = 0;
    for (const key of plaintextKeys(result)) {
      const { text, quoted } = keyLine(key);
      if (quoted) quotedCount++;
      const pending = chunks.add(`${text}\n`);
      if (pending !== undefined) await pending;
    }
    await chunks.flush();
    if (quotedCount > 0) {
      const are = quotedCount === 1 ? "is" : "are";
      options.notice(
        `${countOf(quotedCount, "key")} with control characters or bad UTF-8 ${are} quoted as JSON; -o keys0 gives the raw bytes`,
      );
    }
  },
};
