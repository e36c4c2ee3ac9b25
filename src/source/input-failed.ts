import { systemCode } from "../errors.ts";

/** The input could not be read on: what was read of it until then counts. `cause` is the failure itself. */
export class InputFailed extends Error {
  constructor(cause: unknown) {
    super("the input can't be read on", { cause });
  }

  /** The system's or zlib's code of the failure, such as EIO. */
  get code(): string {
    return systemCode(this.cause);
  }
}
