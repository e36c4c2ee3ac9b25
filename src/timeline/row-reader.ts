import type { Classifier } from "../classify/classifier.ts";
import type { Engine } from "../engine/engine.ts";
import { placesOf, type Records } from "../engine/records.ts";
import { OUT_OF_SCOPE, type Rows, TOMBSTONE } from "../engine/rows.ts";
import { PENDING, type ValueAppraiser } from "../model/standing.ts";
import type { Scope } from "../scope/scope.ts";
import { FormTeacher } from "./form-teacher.ts";

/**
 * Makes rows of records: what a key is, and how its value is protected. The engine does so by what it was told of earlier
 * ones, and asks about what it does not know: mostly a handful of times.
 */
export class RowReader {
  private readonly engine: Engine;
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly forms: FormTeacher;

  constructor(engine: Engine, scope: Scope, classifier: Classifier) {
    this.engine = engine;
    this.scope = scope;
    this.classifier = classifier;
    this.forms = new FormTeacher(engine);
    engine.host.folderOf = (record) => this.askedFolder(record);
    engine.host.classOf = (record) => this.askedClass(record);
  }

  /**
   * Makes rows of some records, which then tell key and class.
   * @param looksAtNonces whether values are marked whose nonce was used for another ciphertext before
   * @returns whether any is marked
   */
  read(records: Records, looksAtNonces: boolean): boolean {
    return this.engine.exports.readRows(records.list, looksAtNonces) !== 0;
  }

  /** Marks values, too, whose nonce was used for another ciphertext after them. Returns whether any may be marked. */
  lookForRepeatedNonces(rows: Rows): boolean {
    return this.engine.exports.markRepeated(rows.list) !== 0;
  }

  /** Puts into the classes which values are marked. */
  classRepeatedNonces(rows: Rows): void {
    const { classes } = this.classifier;
    for (let index = 0; index < rows.count; index++)
      if (rows.repeatsNonce(index)) rows.setValueClass(index, classes.withRepeatedNonce(rows.valueClass(index)));
  }

  /** Asks what the keys in force make of one value; its class may be `PENDING` after it. */
  appraise(records: Records, index: number, appraiser: ValueAppraiser): void {
    if (!records.isValueInScope(index)) return;
    const judged = this.judgedClass(records, index, appraiser);
    const isRepeated = records.repeatsNonce(index) && judged !== PENDING;
    records.setValueClass(index, isRepeated ? this.classifier.classes.withRepeatedNonce(judged) : judged);
  }

  private judgedClass(records: Records, index: number, appraiser: ValueAppraiser): number {
    const valueClass = records.valueClass(index);
    const found = this.scope.folders[records.folder(index)];
    const isTransformed = found?.kind === "resource" && found.registry.origin !== "never-encrypted";
    // Plaintext past all transformers is none of theirs; ciphertext there was somebody's.
    if (!isTransformed && this.classifier.classes.valueClass(valueClass).state === "plaintext") return valueClass;
    const resource = isTransformed ? found.registry.resource : null;
    const value = records.valueBytes(index);
    return appraiser.appraise(resource, valueClass, records.keyBytes(index), value, 0, value.length);
  }

  private askedFolder(record: number): number {
    const { engine, scope } = this;
    const { keyOffset, keyLength, valueOffset, valueLength } = placesOf(engine, record);
    const folder = scope.find(engine.bytes, keyOffset, keyLength, valueOffset, valueLength);
    const isIncluded = scope.includes(folder, engine.bytes, keyOffset, keyLength);
    const placed = isIncluded ? folder : OUT_OF_SCOPE + folder;
    const telling = scope.tellingLength(folder, engine.bytes, keyOffset);
    if (telling > 0) engine.exports.rememberFolder(keyOffset, telling, placed);
    return placed;
  }

  /** Of ciphertext that was cut nothing can be told: it counts for no more than a deletion. */
  private askedClass(record: number): number {
    const { engine, classifier } = this;
    const { valueOffset, valueLength, isCut } = placesOf(engine, record);
    if (isCut) return classifier.classifyCut(engine.bytes, valueOffset, valueLength) ?? TOMBSTONE;
    const valueClass = classifier.classify(engine.bytes, valueOffset, valueLength);
    const { form } = classifier;
    if (form !== null) this.forms.teach(form, valueOffset, valueOffset + valueLength, valueClass);
    return valueClass;
  }
}
