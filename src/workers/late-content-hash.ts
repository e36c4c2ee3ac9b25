import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import { type ContentHash, InlineContentHash } from "../source/content-hash.ts";
import { CHUNK_COUNT, type ChunkMemory } from "../source/page-window.ts";
import { WorkerContentHash } from "./worker-content-hash.ts";

/** For data of which it is not known how much there is: starts a thread once there is more than a window holds. */
export class LateContentHash implements ContentHash {
  private readonly chunks: ChunkMemory;
  /** Lengths of chunks that nobody hashes yet. */
  private readonly waiting: number[] = [];
  private hash: ContentHash | undefined;

  constructor(chunks: ChunkMemory) {
    this.chunks = chunks;
  }

  async room(): Promise<void> {
    if (this.hash === undefined && this.waiting.length === CHUNK_COUNT) this.begin(new WorkerContentHash(this.chunks));
    await this.hash?.room();
  }

  update(length: number): void {
    if (this.hash === undefined) this.waiting.push(length);
    else this.hash.update(length);
  }

  finish(): Promise<TrailingDigest> {
    return (this.hash ?? this.begin(new InlineContentHash(this.chunks))).finish();
  }

  private begin(hash: ContentHash): ContentHash {
    for (const length of this.waiting) hash.update(length);
    this.hash = hash;
    return hash;
  }
}
