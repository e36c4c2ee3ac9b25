import { bigintOf } from "../bytes/int64.ts";
import type { Classifier } from "../classify/classifier.ts";
import { objectName } from "../kubernetes/object-name.ts";
import type { Location } from "../model/location.ts";
import type { InventoryRow, StoredValue } from "../model/stored-value.ts";
import type { Scope } from "../scope/scope.ts";
import type { RecordPass } from "../timeline/record-pass.ts";
import type { TimelineRow } from "../timeline/timeline.ts";
import type { ValueRows } from "./value-rows.ts";

type LocatedRow = Readonly<TimelineRow> & { readonly location: Location };

/** Turns rows of numbers into values with names, one at a time, in sorted order. */
export class SealedValues {
  private readonly pass: RecordPass;
  private readonly scope: Scope;
  private readonly classifier: Classifier;

  constructor(pass: RecordPass, scope: Scope, classifier: Classifier) {
    this.pass = pass;
    this.scope = scope;
    this.classifier = classifier;
  }

  /** The numbers of the rows in the order of reports: key bytes, modRevision, location. */
  order(rows: ValueRows): Uint32Array {
    const bytes = new Map<number, Uint8Array>();
    for (const key of rows.keys()) bytes.set(key, this.pass.keys.bytesOf(key));
    const sorted = [...bytes].sort(([, a], [, b]) => Buffer.compare(a, b));
    const rankOf = new Map(sorted.map(([key], rank) => [key, rank]));
    return rows.sorted((key) => rankOf.get(key) ?? 0);
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
      valueClass: classes.valueClass(classes.settled(row.valueClass)),
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
