import type { Classifier } from "../classify/classifier.ts";
import { Cells } from "../engine/cells.ts";
import type { Engine } from "../engine/engine.ts";
import type { Rows } from "../engine/rows.ts";
import { findingsOf } from "../judge/judge.ts";
import { KmsKeysInForce, type NamedKmsKey } from "../judge/kms-in-force.ts";
import type { ValueFacts } from "../judge/value-check.ts";
import type { FindingKind } from "../model/finding.ts";
import { LOCATIONS } from "../model/location.ts";
import type { ValueAppraiser } from "../model/standing.ts";
import type { Scope } from "../scope/scope.ts";
import { RecordPass } from "../timeline/record-pass.ts";
import { CellJudge } from "./cell-judge.ts";
import { ClassCounts } from "./counts.ts";
import { FindingRows } from "./finding-rows.ts";
import { ValueRows } from "./value-rows.ts";

/** What a tally keeps. */
export interface TallyOptions {
  /** Whether each value in scope is to be listed. */
  readonly keepsValues: boolean;
  /** Whether superseded revisions count. */
  readonly history: boolean;
  /** Whether freed pages and the file's tail are looked at. */
  readonly freed: boolean;
  /** Whether WAL files are. */
  readonly wal: boolean;
  /** Asked of each stored value, where a configuration is known. */
  readonly appraiser?: ValueAppraiser;
  /** KMS keys that are in force by the word of who knows. */
  readonly kmsKeys?: readonly (readonly NamedKmsKey[])[];
  /** What is asked of each value; by default what an audit asks. */
  readonly question?: (facts: ValueFacts) => readonly FindingKind[];
}

/** Locations as the engine numbers them; of freed values each row names its area, which has one. */
const HEAD = LOCATIONS.indexOf("head");
const HISTORY = LOCATIONS.indexOf("history");
const OF_AREA = 0xff;

/** Judges and counts the values of one source as the timeline hands them on. */
export class SourceTally {
  readonly engine: Engine;
  readonly pass: RecordPass;
  readonly findings: FindingRows;
  readonly values: ValueRows | undefined;
  private readonly cells: Cells;
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly namedKmsKeys: readonly (readonly NamedKmsKey[])[];
  /** Known once all values have been seen. */
  private kmsKeysSeen = new KmsKeysInForce([], []);
  private readonly looksAtHistory: boolean;
  private readonly definitions = new Set<string>();

  /** @param engine what the records are read with */
  constructor(engine: Engine, scope: Scope, classifier: Classifier, options: TallyOptions) {
    this.engine = engine;
    this.scope = scope;
    this.classifier = classifier;
    this.looksAtHistory = options.history;
    this.namedKmsKeys = options.kmsKeys ?? [];
    this.cells = new Cells(engine);
    const judge = new CellJudge(engine, scope, classifier, options.question ?? findingsOf, () => ({
      definitions: this.definitions,
      kmsKeys: this.kmsKeysSeen,
    }));
    this.findings = new FindingRows(engine, this.cells, judge);
    this.values = options.keepsValues ? new ValueRows(engine, this.cells) : undefined;
    this.pass = new RecordPass(engine, scope, classifier, options, (rows) => this.takeSuperseded(rows));
  }

  /** Takes the live values, once all records have been read. */
  finish(): void {
    const { pass } = this;
    pass.finish();
    pass.visitLive((rows) => {
      this.count(rows, HEAD);
      this.list(rows, HEAD);
    });
    this.findDefinitions();
    this.kmsKeysSeen = this.kmsKeysInForce();
    pass.visitLive((rows) => this.find(rows, HEAD));
    pass.visitFreed((rows) => {
      this.count(rows, OF_AREA);
      this.find(rows, OF_AREA);
    });
  }

  /** Which KMS keys are in force. */
  get kmsKeys(): KmsKeysInForce {
    return this.kmsKeysSeen;
  }

  /** Values by class and area. */
  get counts(): ClassCounts {
    return new ClassCounts(this.cells);
  }

  /** Superseded revisions that are still stored, above and below the compact revision. */
  get history(): { readonly aboveCompactRevision: number; readonly belowCompactRevision: number } {
    let all = 0;
    let aboveCompactRevision = 0;
    for (const cell of this.cells.all()) {
      if (!cell.isCounted || cell.location !== "history") continue;
      all += cell.count;
      aboveCompactRevision += cell.aboveCompactRevision;
    }
    return { aboveCompactRevision, belowCompactRevision: all - aboveCompactRevision };
  }

  /** Live values by folder, then class; a folder of which only superseded values were seen has no class. */
  liveInFolder(): ReadonlyMap<number, ReadonlyMap<number, number>> {
    const folders = new Map<number, Map<number, number>>();
    for (const { folder, valueClass, location, count, isCounted } of this.cells.all()) {
      if (!isCounted || (location !== "head" && location !== "history")) continue;
      const classes = folders.get(folder) ?? new Map<number, number>();
      folders.set(folder, classes);
      if (location === "head") classes.set(valueClass, (classes.get(valueClass) ?? 0) + count);
    }
    return folders;
  }

  /** Whether the live value of a key is there and not encrypted. */
  isLiveInPlaintext(key: number): boolean {
    const valueClass = this.pass.timeline.liveClass(key);
    return valueClass !== undefined && this.classifier.classes.valueClass(valueClass).state === "plaintext";
  }

  private takeSuperseded(rows: Rows): void {
    if (!this.looksAtHistory) return;
    this.count(rows, HISTORY);
    this.list(rows, HISTORY);
    this.find(rows, HISTORY);
  }

  private count(rows: Rows, location: number): void {
    this.engine.exports.countRows(rows.list, location);
  }

  private list(rows: Rows, location: number): void {
    if (this.values !== undefined) this.engine.exports.listRows(rows.list, location, this.values.rows.list);
  }

  private find(rows: Rows, location: number): void {
    this.engine.exports.findRows(rows.list, location, this.findings.list);
  }

  private kmsKeysInForce(): KmsKeysInForce {
    const { classes } = this.classifier;
    const writes = this.cells.all().flatMap(({ valueClass, location, isCounted, lastWrite }) => {
      const counts = location === "head" || (location === "history" && isCounted);
      if (!counts || lastWrite === null) return [];
      return [{ valueClass: classes.valueClass(classes.settled(valueClass)), lastWrite }];
    });
    return new KmsKeysInForce(this.namedKmsKeys, writes);
  }

  /** A custom resource is served while its definition, named `<plural>.<group>`, is stored. */
  private findDefinitions(): void {
    const { pass, scope, definitions } = this;
    for (const [number, folder] of scope.folders.entries()) {
      if (folder.kind !== "resource" || !folder.isDefinition) continue;
      pass.timeline.visitLive((rows) => {
        for (let index = 0; index < rows.count; index++)
          definitions.add(Buffer.from(pass.keys.bytesOf(rows.key(index)).subarray(folder.length)).toString("utf8"));
      }, number);
    }
  }
}
