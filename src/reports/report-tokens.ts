import { jsonParser, type Token } from "stream-json/core/parser.js";
import { jsonVerifier } from "stream-json/core/utils/verifier.js";
import { AuditError } from "../errors.ts";
import type { ReportFile } from "./report-file.ts";

/** A report nests six deep; what nests deeper is something else, and must not fill the memory. */
const DEEPEST = 32;
/** Behind a byte order mark and blanks, where there are any. */
const OBJECT_START = /^(?:\xef\xbb\xbf)?[ \t\r\n]*\{/;

/**
 * A file's JSON as tokens, some thousands at a time. It has ended well only when this has ended without an error.
 * @throws AuditError REPORT_DAMAGED with the offset in bytes, FILE_NOT_READABLE
 */
export function* tokensOf(file: ReportFile): Generator<readonly Token[], void> {
  const parse = jsonParser({ streamValues: false });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let depth = 0;
  let read = 0;
  for (const chunk of file.chunks()) {
    if (read === 0 && !OBJECT_START.test(Buffer.from(chunk).toString("latin1"))) throw noJson(file);
    const tokens = parsed(file, read, () => {
      const result = parse(decoder.decode(chunk, { stream: true }));
      return typeof result === "symbol" ? [] : result.values;
    });
    for (const { name } of tokens) {
      if (name === "startObject" || name === "startArray") depth++;
      else if (name === "endObject" || name === "endArray") depth--;
      if (depth > DEEPEST) throw damaged(file, read, "nests deeper than a report does");
    }
    read += chunk.length;
    yield tokens;
  }
  if (read === 0) throw noJson(file);
  if (depth > 0) throw damaged(file, read, "ends there, in the middle of the report");
}

function parsed(file: ReportFile, start: number, parse: () => readonly Token[]): readonly Token[] {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    throw damaged(file, damageOffset(file) ?? start, "is not JSON from there on", cause);
  }
}

/** Where a file stops to be JSON; null where it is, and only its characters are not UTF-8. */
function damageOffset(file: ReportFile): number | null {
  const verify = jsonVerifier();
  try {
    // Latin-1 has one character a byte, so that the verifier's offset is one in bytes.
    for (const chunk of file.chunks()) verify(Buffer.from(chunk).toString("latin1"));
    return null;
  } catch (error) {
    return error instanceof Error && "offset" in error && typeof error.offset === "number" ? error.offset : null;
  }
}

function noJson(file: ReportFile): AuditError {
  return new AuditError("NOT_A_REPORT", `${file.path} is no JSON report of this program`, {
    nextStep: "make one with -o json=FILE",
  });
}

function damaged(file: ReportFile, offset: number, what: string, cause?: unknown): AuditError {
  return new AuditError("REPORT_DAMAGED", `${file.path} is damaged at byte ${offset}: it ${what}`, {
    nextStep: "nothing is concluded from it; make the report anew",
    cause,
  });
}
