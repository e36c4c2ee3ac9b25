import type { ClientReadableStream } from "@grpc/grpc-js";
import { EtcdClientError } from "./client-error.ts";

/** A stream of answers, undecoded. Whoever stops reading ends the call; whoever reads slowly slows the server. */
export type MessageStream = AsyncGenerator<Uint8Array, void, undefined>;

/**
 * The messages of a call, one at a time.
 * @param idleTimeout milliseconds that one message may take; the time that the reader takes does not count
 * @param errorOf the closed error for what the call threw
 * @throws EtcdClientError when the call ends in anything but success; `deadline` after the idle timeout
 */
export async function* messagesOf(
  call: Pick<ClientReadableStream<Uint8Array>, "cancel" | "on"> & AsyncIterable<Uint8Array>,
  idleTimeout: number,
  errorOf: (thrown: unknown) => EtcdClientError,
): MessageStream {
  // The iterator reports errors too; this keeps one that comes after the reader has left from ending the process.
  call.on("error", () => undefined);
  const messages = call[Symbol.asyncIterator]();
  let isIdle = false;
  let isWaiting = true;
  const giveUp = (): void => {
    if (!isWaiting) return;
    isIdle = true;
    call.cancel();
  };
  // One timer, wound up anew for each message. While the call is there its connection keeps the process alive, not the timer.
  const timer = setTimeout(giveUp, idleTimeout).unref();
  try {
    for (;;) {
      const next = await messages.next();
      if (next.done === true) return;
      isWaiting = false;
      yield next.value;
      isWaiting = true;
      timer.refresh();
    }
  } catch (error) {
    const known = errorOf(error);
    throw isIdle ? new EtcdClientError("deadline", known.endpoint, { cause: error }) : known;
  } finally {
    clearTimeout(timer);
    call.cancel();
  }
}
