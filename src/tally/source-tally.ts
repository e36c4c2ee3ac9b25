import type { Classifier } from "../classify/classifier.ts";
import { findingsOf } from "../judge/judge.ts";
import { KmsKeysInForce, type NamedKmsKey } from "../judge/kms-in-force.ts";
import type { ValueFacts } from "../judge/value-check.ts";
import type { FindingKind } from "../model/finding.ts";
import { areaOf, LOCATIONS, type Location } from "../model/location.ts";
import type { FreedPlace } from "../model/record-sink.ts";
import type { ValueAppraiser } from "../model/standing.ts";
import type { Scope } from "../scope/scope.ts";
import { RecordPass } from "../timeline/record-pass.ts";
import type { TimelineRow } from "../timeline/timeline.ts";
import { ClassCounts } from "./counts.ts";
import { FindingRows } from "./finding-rows.ts";
import { NamespaceCounts } from "./namespace-counts.ts";
import { ValueRows } from "./value-rows.ts";
import { WriteOrder } from "./write-order.ts";

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

/** Judges and counts the values of one source as the timeline hands them on. */
export class SourceTally {
  readonly pass: RecordPass;
  readonly counts = new ClassCounts();
  /** Stored writes of audited resources. */
  readonly writeOrder = new WriteOrder();
  readonly findings = new FindingRows();
  readonly values: ValueRows | undefined;
  readonly namespaces = new NamespaceCounts();
  /** The last live value whose namespace was told apart, and where that ends in its key. */
  private last = { folder: -1, key: 0, namespaceEnd: 0 };
  /** Live values by folder, then class; a folder of which only superseded values were seen has no class. */
  readonly liveInFolder = new Map<number, Map<number, number>>();
  /** Where findings lie that are about no stored value. */
  readonly places: FreedPlace[] = [];
  readonly history = { aboveCompactRevision: 0, belowCompactRevision: 0 };
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly namedKmsKeys: readonly (readonly NamedKmsKey[])[];
  /** Known once all values have been seen; only live ones are judged by it. */
  kmsKeys = new KmsKeysInForce([], []);
  private readonly looksAtHistory: boolean;
  private readonly question: (facts: ValueFacts) => readonly FindingKind[];
  private readonly definitions = new Set<string>();
  /** Folder -> location -> class -> the kinds of finding, judged once. */
  private readonly judged: (readonly FindingKind[])[][][] = [];

  constructor(scope: Scope, classifier: Classifier, options: TallyOptions) {
    this.scope = scope;
    this.classifier = classifier;
    this.looksAtHistory = options.history;
    this.namedKmsKeys = options.kmsKeys ?? [];
    this.question = options.question ?? findingsOf;
    this.values = options.keepsValues ? new ValueRows(true) : undefined;
    this.pass = new RecordPass(scope, classifier, { ...options, keepsDetails: options.keepsValues }, (row) =>
      this.takeSuperseded(row),
    );
  }

  /** Takes the live values, once all records have been read. */
  finish(): void {
    const { pass } = this;
    const writes = new Map<number, number>();
    pass.timeline.visitLive(pass.keys.size, (row) => {
      this.takeDefinition(row);
      noteLast(writes, row.valueClass, row.main);
    });
    this.kmsKeys = this.kmsKeysInForce(writes);
    pass.timeline.visitLive(pass.keys.size, (row) => this.takeLive(row));
    pass.visitFreed((row, place, isCopy) => this.takeFreed(row, place, isCopy));
  }

  /** Whether the live value of a key is there and not encrypted. */
  isLiveInPlaintext(key: number): boolean {
    const valueClass = this.pass.timeline.liveClass(key);
    return valueClass !== undefined && this.classifier.classes.valueClass(valueClass).state === "plaintext";
  }

  private takeSuperseded(row: Readonly<TimelineRow>): void {
    const folder = this.pass.folderOf(row.key);
    if (!this.looksAtHistory || !this.scope.isCounted(folder)) return;
    this.liveClasses(folder);
    if (row.main > this.pass.compactRevision) this.history.aboveCompactRevision++;
    else this.history.belowCompactRevision++;
    this.take(row, "history");
  }

  private takeLive(row: Readonly<TimelineRow>): void {
    const folder = this.pass.folderOf(row.key);
    if (!this.scope.isCounted(folder)) return;
    const classes = this.liveClasses(folder);
    classes.set(row.valueClass, (classes.get(row.valueClass) ?? 0) + 1);
    this.countNamespace(row, folder);
    const repeats = this.pass.repeatsNonce(row);
    const valueClass = repeats ? this.classifier.classes.withRepeatedNonce(row.valueClass) : row.valueClass;
    this.take(repeats ? { ...row, valueClass } : row, "head");
  }

  private countNamespace(row: Readonly<TimelineRow>, folder: number): void {
    const found = this.scope.folders[folder];
    if (found?.kind !== "resource" || !found.audited) return;
    const { state } = this.classifier.classes.valueClass(row.valueClass);
    const { keys } = this.pass;
    const { last } = this;
    // Keys mostly come in order.
    if (last.folder === folder && keys.beginAlike(row.key, last.key, last.namespaceEnd + 1)) {
      this.namespaces.countAgain(state);
      return;
    }
    const isNamespaced = found.registry.namespaced !== false;
    const namespaceEnd = this.namespaces.count(keys.bytesOf(row.key), isNamespaced ? found.length : null, state);
    if (namespaceEnd > 0) this.last = { folder, key: row.key, namespaceEnd };
  }

  /** Counts a freed value; one that is still stored as well is no finding of its own. */
  private takeFreed(row: Readonly<TimelineRow>, place: FreedPlace, isCopy: boolean): void {
    if (!this.scope.isCounted(this.pass.folderOf(row.key))) return;
    this.counts.count(row.valueClass, areaOf(place.location), row.main);
    if (isCopy) return;
    const kinds = this.kindsOf(row, place.location);
    if (kinds.length === 0) return;
    if (this.places[this.places.length - 1] !== place) this.places.push(place);
    for (const kind of kinds) this.findings.add(kind, row, place.location, this.places.length - 1);
  }

  private liveClasses(folder: number): Map<number, number> {
    let classes = this.liveInFolder.get(folder);
    if (classes === undefined) {
      classes = new Map();
      this.liveInFolder.set(folder, classes);
    }
    return classes;
  }

  private take(row: Readonly<TimelineRow>, location: Location): void {
    this.counts.count(row.valueClass, areaOf(location), row.main);
    this.values?.add(row, location);
    const folder = this.pass.folderOf(row.key);
    if (this.isAudited(folder)) this.writeOrder.note(row.main, folder, row.valueClass);
    for (const kind of this.kindsOf(row, location)) this.findings.add(kind, row, location);
  }

  private isAudited(folder: number): boolean {
    const found = this.scope.folders[folder];
    return found?.kind === "resource" && found.audited;
  }

  private kindsOf(row: Readonly<TimelineRow>, location: Location): readonly FindingKind[] {
    const folder = this.pass.folderOf(row.key);
    this.judged[folder] ??= LOCATIONS.map(() => []);
    const byClass = this.judged[folder][LOCATIONS.indexOf(location)] ?? [];
    byClass[row.valueClass] ??= this.judge(folder, row.valueClass, location);
    return byClass[row.valueClass] ?? [];
  }

  private judge(folder: number, valueClass: number, location: Location): readonly FindingKind[] {
    const found = this.scope.folders[folder];
    const resource = found?.kind === "resource" ? found.registry.resource : null;
    const isCustom = found?.kind === "resource" && found.registry.origin === "custom-resource";
    const { classes } = this.classifier;
    return this.question({
      resource,
      audited: found?.kind === "resource" && found.audited,
      valueClass: classes.valueClass(valueClass),
      location,
      // Superseded values are judged before all definitions are known, but it is asked of live ones only.
      isServed: !isCustom || (resource !== null && this.definitions.has(resource)),
      standing: classes.standing(valueClass),
      kmsStanding: this.kmsKeys.standing(classes.valueClass(classes.settled(valueClass))),
      repeatsNonce: classes.repeatsNonce(valueClass),
    });
  }

  /** @param writes the newest write of each class among live values */
  private kmsKeysInForce(writes: Map<number, number>): KmsKeysInForce {
    this.counts.visit((id, { history }, lastWrite) => {
      if (history > 0 && lastWrite !== null) noteLast(writes, id, lastWrite);
    });
    const { classes } = this.classifier;
    const settled = [...writes].map(([id, lastWrite]) => ({
      valueClass: classes.valueClass(classes.settled(id)),
      lastWrite,
    }));
    return new KmsKeysInForce(this.namedKmsKeys, settled);
  }

  /** A custom resource is served while its definition, named `<plural>.<group>`, is stored. */
  private takeDefinition(row: Readonly<TimelineRow>): void {
    const folder = this.scope.folders[this.pass.folderOf(row.key)];
    if (folder?.kind !== "resource" || !folder.isDefinition) return;
    this.definitions.add(Buffer.from(this.pass.keys.bytesOf(row.key).subarray(folder.length)).toString("utf8"));
  }
}

function noteLast(writes: Map<number, number>, valueClass: number, revision: number): void {
  if (revision > (writes.get(valueClass) ?? 0)) writes.set(valueClass, revision);
}
