import { bigintOf } from "../bytes/int64.ts";
import type { Classifier } from "../classify/classifier.ts";
import { objectName } from "../kubernetes/object-name.ts";
import type { InventoryRow, StoredValue } from "../model/stored-value.ts";
import type { Scope } from "../scope/scope.ts";
import type { RecordPass } from "../timeline/record-pass.ts";
import type { LocatedRow } from "./located-row.ts";
import type { ListedRow } from "./value-rows.ts";

/** Turns rows of numbers into values with names, one at a time. */
export class SealedValues {
  private readonly pass: RecordPass;
  private readonly scope: Scope;
  private readonly classifier: Classifier;

  constructor(pass: RecordPass, scope: Scope, classifier: Classifier) {
    this.pass = pass;
    this.scope = scope;
    this.classifier = classifier;
  }

  /** One value, as findings name it. */
  storedValue(row: LocatedRow): StoredValue {
    const { classes } = this.classifier;
    const key = this.pass.keys.bytesOf(row.key);
    const place = row.place && this.pass.areas.place(row.place.area, row.place.where);
    return {
      key,
      ...this.names(row.key, key),
      modRevision: row.main,
      createRevision: row.createRevision,
      location: row.location,
      file: place?.file ?? null,
      offset: place?.offset ?? null,
      valueClass: classes.valueClass(classes.settled(row.valueClass)),
      standing: classes.standing(row.valueClass),
    };
  }

  /** One value, as the inventory lists it. */
  inventoryRow(row: ListedRow): InventoryRow {
    const { version, leaseHigh, leaseLow, size } = row;
    return { ...this.storedValue(row), version, lease: bigintOf(leaseHigh, leaseLow), size };
  }

  private names(keyNumber: number, key: Uint8Array): Pick<StoredValue, "resource" | "namespace" | "name"> {
    const folder = this.scope.folders[this.pass.keys.folderOf(keyNumber)];
    if (folder?.kind !== "resource") return { resource: "", namespace: null, name: null };
    const rest = Buffer.from(key.buffer, key.byteOffset + folder.length, key.length - folder.length).toString("utf8");
    return { resource: folder.registry.resource, ...objectName(folder.registry, rest) };
  }
}
