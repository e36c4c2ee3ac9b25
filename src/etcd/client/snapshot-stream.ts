import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import type { Member } from "./member.ts";
import type { MessageStream } from "./message-stream.ts";
import { decodeSnapshotPart } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/** Bytes of the SHA-256 that a snapshot ends with (etcd, server/etcdserver/api/v3rpc/maintenance.go: Snapshot). */
const HASH_BYTES = 32;

/** A member's own snapshot, as `etcdctl snapshot save` would write it: the database, then its SHA-256. */
export interface SnapshotStream {
  /** Bytes of the whole, hash included. */
  readonly byteLength: number;
  /** The bytes in order, each chunk valid until the next is asked for. Whoever stops reading ends the call. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Begins a snapshot of one member. Nothing is held: the server sends as fast as chunks are taken. While it lasts the server
 * keeps the pages that it frees, and its database may grow.
 * @throws EtcdClientError now or from the chunks; `lost-connection` when fewer bytes came than were announced
 */
export async function openSnapshot(member: Member, limiter: RateLimiter): Promise<SnapshotStream> {
  const messages = member.stream(METHODS.snapshot, new Uint8Array(0));
  const first = await messages.next();
  if (first.done === true)
    throw new EtcdClientError("lost-connection", member.endpoint.text, { detail: "an empty snapshot" });
  const { text } = member.endpoint;
  const opening = await openingOf(text, first.value, messages);
  const byteLength = opening.blob.length + opening.remainingBytes + HASH_BYTES;

  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let received = opening.blob.length;
    try {
      yield opening.blob;
      await limiter.spend(opening.blob.length);
      for await (const message of messages) {
        const { blob } = decoded(text, () => decodeSnapshotPart(message));
        received += blob.length;
        yield blob;
        const pause = limiter.spend(blob.length);
        if (pause !== undefined) await pause;
      }
    } finally {
      await messages.return();
    }
    if (received !== byteLength) {
      const detail = `${received} of ${byteLength} bytes of the snapshot came`;
      throw new EtcdClientError("lost-connection", text, { detail });
    }
  }
  return { byteLength, chunks: chunks() };
}

/** The first part, by which the rest is judged; a call whose first part can't be read is ended. */
async function openingOf(endpoint: string, message: Uint8Array, messages: MessageStream) {
  try {
    return decoded(endpoint, () => decodeSnapshotPart(message));
  } catch (error) {
    await messages.return();
    throw error;
  }
}
