import { ChecksumChain } from "../../../src/etcd/wal/checksum-chain.ts";
import type { WalDamage } from "../../../src/etcd/wal/wal-end.ts";
import { type WalContent, WalFileReader } from "../../../src/etcd/wal/wal-file-reader.ts";

/** A put as it was handed over, copied. */
interface FoundPut {
  readonly key: string;
  readonly value: string;
  /** Where the value lies in the file. */
  readonly offset: number;
  readonly index: number;
  readonly term: number;
  readonly isProven: boolean;
  readonly lease: string;
}

/** All that reading a file tells. */
export interface WalReading {
  readonly content: WalContent;
  readonly puts: readonly FoundPut[];
  readonly damages: readonly WalDamage[];
}

/** Reads a WAL file from memory, in pieces of at most `pieceLength` bytes. */
export function readWal(
  bytes: Uint8Array,
  options: { readonly pieceLength?: number; readonly chain?: ChecksumChain; readonly mayBeTorn?: boolean } = {},
): WalReading {
  const puts: FoundPut[] = [];
  const damages: WalDamage[] = [];
  const reader = new WalFileReader(options.chain ?? new ChecksumChain(), {
    onPuts(batch) {
      const { records } = batch;
      const text = (offset = 0, length = 0) =>
        Buffer.from(records.bytes.slice(offset, offset + length)).toString("latin1");
      for (let row = 0; row < records.count; row++) {
        puts.push({
          key: text(records.keyOffset[row], records.keyLength[row]),
          value: text(records.valueOffset[row], records.valueLength[row]),
          offset: batch.records.fileOffset[row] as number,
          index: batch.raftIndex[row] ?? -1,
          term: batch.raftTerm[row] ?? -1,
          isProven: batch.proven[row] === 1,
          lease: `${records.leaseHigh[row]}:${records.leaseLow[row]}`,
        });
      }
    },
    onDamage: (damage) => void damages.push(damage),
  });
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + Math.min(options.pieceLength ?? bytes.length, reader.space().length));
    reader.space().set(piece);
    reader.advance(piece.length);
    at += piece.length;
  }
  return { content: reader.finish(options.mayBeTorn ?? true), puts, damages };
}
