import type { KeyTable } from "../bytes/key-table.ts";
import type { Classifier } from "../classify/classifier.ts";
import { grown } from "../model/columns.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import { PENDING, type ValueAppraiser } from "../model/standing.ts";
import type { Scope } from "../scope/scope.ts";
import { NonceTable } from "./nonce-table.ts";
import { emptyRow, type TimelineRow, TOMBSTONE } from "./timeline.ts";

/** In place of a key's number: a record out of scope, of which only the folder counts. */
export const OUT_OF_SCOPE = 0x80000000;

/** What a reader is to find out besides the class of a value. */
export interface RowOptions {
  /** Lease and size of each value. */
  readonly keepsDetails: boolean;
  /** Asked of each value that is stored. */
  readonly appraiser?: ValueAppraiser;
}

/** Makes rows of records: what a key is, and how its value is protected. */
export class RowReader {
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly keys: KeyTable;
  private readonly keepsDetails: boolean;
  private readonly appraiser: ValueAppraiser | undefined;
  private readonly nonces = new NonceTable();
  private readonly row = emptyRow();
  private folders = new Uint32Array(0);
  /** Of the row that was read last: whether its value's nonce was used for another ciphertext before. */
  repeatsNonceBefore = false;

  constructor(scope: Scope, classifier: Classifier, keys: KeyTable, { keepsDetails, appraiser }: RowOptions) {
    this.scope = scope;
    this.classifier = classifier;
    this.keys = keys;
    this.keepsDetails = keepsDetails;
    this.appraiser = appraiser;
  }

  /** Number of the folder in which a key lies. */
  folderOf(key: number): number {
    return this.folders[key] as number;
  }

  /** Whether the nonce of one revision of a key was used for another ciphertext too. */
  repeatsNonce(key: number, revision: number): boolean {
    return this.nonces.isRepeated(key, revision);
  }

  /**
   * One record of a batch. The row is reused. Its class may be `PENDING`.
   * @param place whether the record is stored or lies in bytes that the store no longer uses, or outside the store
   */
  read(batch: RecordBatch, index: number, place: "stored" | "freed" | "elsewhere"): Readonly<TimelineRow> {
    const { row, scope } = this;
    const { bytes } = batch;
    const keyOffset = batch.keyOffset[index] as number;
    const keyLength = batch.keyLength[index] as number;
    const valueOffset = batch.valueOffset[index] as number;
    const valueLength = batch.valueLength[index] as number;
    const isTombstone = batch.tombstone[index] === 1;
    const folder = scope.find(bytes, keyOffset, keyLength, valueOffset, valueLength);
    row.main = batch.main[index] as number;
    row.sub = batch.sub[index] as number;
    row.createRevision = batch.createRevision[index] as number;
    if (!scope.includes(folder, bytes, keyOffset, keyLength)) {
      row.key = OUT_OF_SCOPE + folder;
      row.valueClass = isTombstone ? TOMBSTONE : 0;
      return row;
    }
    row.key = this.keys.intern(bytes, keyOffset, keyLength);
    this.rememberFolder(row.key, folder);
    row.valueClass = isTombstone ? TOMBSTONE : this.classOf(batch, index, folder, place);
    row.version = batch.version[index] as number;
    if (this.keepsDetails) {
      row.leaseHigh = batch.leaseHigh[index] as number;
      row.leaseLow = batch.leaseLow[index] as number;
      row.size = valueLength;
    }
    return row;
  }

  /** Of ciphertext that was cut nothing can be told: it counts for no more than a deletion. */
  private classOf(batch: RecordBatch, index: number, folder: number, place: "stored" | "freed" | "elsewhere"): number {
    const { classifier } = this;
    const { bytes } = batch;
    const offset = batch.valueOffset[index] as number;
    const length = batch.valueLength[index] as number;
    if (index === batch.cutRow) return classifier.classifyCut(bytes, offset, length) ?? TOMBSTONE;
    const valueClass = classifier.classify(bytes, offset, length);
    if (place === "elsewhere") return valueClass;
    const { lastCiphertext } = classifier;
    const { key, main } = this.row;
    const repeatsNonce = lastCiphertext !== null && this.nonces.repeats(valueClass, lastCiphertext, bytes, key, main);
    this.repeatsNonceBefore = repeatsNonce;
    if (place === "freed") return valueClass;
    const judged = this.appraise(valueClass, folder, batch, index);
    return repeatsNonce && judged !== PENDING ? classifier.classes.withRepeatedNonce(judged) : judged;
  }

  private appraise(valueClass: number, folder: number, batch: RecordBatch, index: number): number {
    const { appraiser } = this;
    const found = this.scope.folders[folder];
    if (appraiser === undefined) return valueClass;
    const isTransformed = found?.kind === "resource" && found.registry.origin !== "never-encrypted";
    // Plaintext past all transformers is none of theirs; ciphertext there was somebody's.
    if (!isTransformed && this.classifier.classes.valueClass(valueClass).state === "plaintext") return valueClass;
    const resource = isTransformed ? found.registry.resource : null;
    const { bytes } = batch;
    const keyOffset = batch.keyOffset[index] as number;
    const etcdKey = bytes.subarray(keyOffset, keyOffset + (batch.keyLength[index] as number));
    const offset = batch.valueOffset[index] as number;
    const length = batch.valueLength[index] as number;
    return appraiser.appraise(resource, valueClass, etcdKey, bytes, offset, length);
  }

  private rememberFolder(key: number, folder: number): void {
    if (key >= this.folders.length) this.folders = grown(this.folders, new Uint32Array(Math.max(512, key * 2)));
    this.folders[key] = folder;
  }
}
