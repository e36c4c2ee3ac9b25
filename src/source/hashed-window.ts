import type { Engine } from "../engine/engine.ts";
import type { ContentHash, OpenHash } from "./content-hash.ts";
import { PageWindow } from "./page-window.ts";

/**
 * Has data read through a window whose chunks are hashed, and ends both, whatever comes of it: the hash may have a thread,
 * and an engine reads one database after the other.
 * @param size bytes that will come; null: not known
 * @throws what `read` throws
 */
export async function withHashedWindow<Result>(
  engine: Engine,
  openHash: OpenHash,
  size: number | null,
  read: (window: PageWindow, hash: ContentHash) => Promise<Result>,
): Promise<Result> {
  const window = new PageWindow(engine);
  const hash = openHash(size, window.chunks);
  try {
    return await read(window, hash);
  } finally {
    // Who reads has asked for the digest, or has failed, which is then what is told.
    await hash.finish().catch(() => undefined);
    window.free();
  }
}
