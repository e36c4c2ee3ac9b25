import { AuditError } from "../errors.ts";

/** Whether it was the system that failed, and not the program: to open, to read, to look at a file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/**
 * For `catch`: the failure of the system to read a file at all becomes the user's affair, anything else is thrown on.
 * @throws AuditError FILE_NOT_READABLE
 */
export function refuseUnreadable(path: string): (error: unknown) => never {
  return (error) => {
    if (!isSystemError(error)) throw error;
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be read (${error.code})`, {
      nextStep: "copy the file to a sound disk, or get it again",
      cause: error,
    });
  };
}
