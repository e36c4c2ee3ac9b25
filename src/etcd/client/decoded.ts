import { AuditError } from "../../errors.ts";
import { EtcdClientError } from "./client-error.ts";

/**
 * Runs a decoder over an answer.
 * @throws EtcdClientError `malformed-response` whatever the decoder throws; but an AuditError, which is no fault of the answer, as it is
 */
export function decoded<Result>(endpoint: string, decode: () => Result): Result {
  try {
    return decode();
  } catch (error) {
    if (error instanceof AuditError) throw error;
    throw new EtcdClientError("malformed-response", endpoint, { cause: error });
  }
}
