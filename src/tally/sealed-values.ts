import { bigintOf } from "../bytes/int64.ts";
import type { Classifier } from "../classify/classifier.ts";
import { objectName } from "../kubernetes/object-name.ts";
import type { FreedPlace } from "../model/record-sink.ts";
import type { InventoryRow, StoredValue } from "../model/stored-value.ts";
import type { Scope } from "../scope/scope.ts";
import type { RecordPass } from "../timeline/record-pass.ts";
import { keyRanks } from "./key-ranks.ts";
import type { LocatedRow, ValueRows } from "./value-rows.ts";

/** Turns rows of numbers into values with names, one at a time, in sorted order. */
export class SealedValues {
  private readonly pass: RecordPass;
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly places: readonly FreedPlace[];

  /** @param places where the rows lie that are not stored, by number */
  constructor(pass: RecordPass, scope: Scope, classifier: Classifier, places: readonly FreedPlace[]) {
    this.places = places;
    this.pass = pass;
    this.scope = scope;
    this.classifier = classifier;
  }

  /** The numbers of the rows in the order of reports: key bytes, modRevision, location. */
  order(rows: ValueRows): Uint32Array {
    if (rows.size === 0) return new Uint32Array(0);
    const { keys } = this.pass;
    return rows.sorted(keyRanks(keys, rows.keyNumbers(keys.size)));
  }

  /** One value, as findings name it. */
  storedValue(row: LocatedRow): StoredValue {
    const { classes } = this.classifier;
    const key = this.pass.keys.bytesOf(row.key);
    return {
      key,
      ...this.names(row.key, key),
      modRevision: row.main,
      createRevision: row.createRevision,
      location: row.location,
      file: this.places[row.place]?.file ?? null,
      offset: this.places[row.place]?.offset ?? null,
      valueClass: classes.valueClass(classes.settled(row.valueClass)),
      standing: classes.standing(row.valueClass),
    };
  }

  /** One value, as the inventory lists it. */
  inventoryRow(row: LocatedRow): InventoryRow {
    const { version, leaseHigh, leaseLow, size } = row;
    return { ...this.storedValue(row), version, lease: bigintOf(leaseHigh, leaseLow), size };
  }

  private names(keyNumber: number, key: Uint8Array): Pick<StoredValue, "resource" | "namespace" | "name"> {
    const folder = this.scope.folders[this.pass.folderOf(keyNumber)];
    if (folder?.kind !== "resource") return { resource: "", namespace: null, name: null };
    const rest = Buffer.from(key.buffer, key.byteOffset + folder.length, key.length - folder.length).toString("utf8");
    return { resource: folder.registry.resource, ...objectName(folder.registry, rest) };
  }
}
