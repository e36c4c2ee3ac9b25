import { EtcdClientError } from "./client-error.ts";

/**
 * Runs a decoder over an answer.
 * @throws EtcdClientError `malformed-response` whatever the decoder throws
 */
export function decoded<Result>(endpoint: string, decode: () => Result): Result {
  try {
    return decode();
  } catch (error) {
    throw new EtcdClientError("malformed-response", endpoint, { cause: error });
  }
}
