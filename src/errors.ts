/** Every reason for which a run can refuse to start or to go on. Closed: a new failure is a new code here. */
export type ErrorCode =
  | "USAGE"
  | "CONFIGURATION_REFUSED"
  | "UNKNOWN_KEY"
  | "FILE_NOT_FOUND"
  | "FILE_NOT_READABLE"
  | "FILE_IS_A_FOLDER"
  | "FILE_EMPTY"
  | "NOT_A_SNAPSHOT"
  | "BIG_ENDIAN_SNAPSHOT"
  | "NOT_AN_ETCD_DATABASE"
  | "NOT_A_REPORT"
  | "REPORT_DAMAGED"
  | "REPORTS_NOT_COMPARABLE"
  | "NOT_CONNECTED"
  | "COMPACTED_MEANWHILE"
  | "OUT_OF_MEMORY"
  | "OUTPUT_NOT_WRITABLE"
  | "INTERRUPTED";

/**
 * A failure the program knows: one line that says what failed and where, and what to do next.
 * Never holds a stored value, a password or key material.
 */
export class AuditError extends Error {
  readonly code: ErrorCode;
  /** What the reader can do about it, as one sentence without a full stop. */
  readonly nextStep: string | undefined;

  constructor(code: ErrorCode, message: string, options: { nextStep?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AuditError";
    this.code = code;
    this.nextStep = options.nextStep;
  }
}

/** The code of a failure of the system's or of zlib's, such as EIO. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
