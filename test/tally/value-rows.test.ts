import { expect, test } from "vitest";
import { Cells } from "../../src/engine/cells.ts";
import { Engine } from "../../src/engine/engine.ts";
import { LOCATIONS } from "../../src/model/location.ts";
import { ValueRows } from "../../src/tally/value-rows.ts";
import { keysWith, rowsWith } from "../engine/made-rows.ts";

test("a value is read as it was listed, whatever came after it; what is not counted is not listed", () => {
  const engine = new Engine();
  const cells = new Cells(engine);
  engine.host.describe = (cell) => {
    const isCounted = cells.cell(cell).folder === 0;
    cells.describe(cell, { isCounted, isAudited: false, state: 0, namespaceStart: null });
  };
  keysWith(
    engine,
    [0, 1].map((folder) => ({ key: Buffer.from(`/${folder}`), folder })),
  );
  const row = (index: number, key: number) => ({
    key,
    main: 2 ** 40 + index,
    sub: 0,
    createRevision: 2 ** 33 + index,
    valueClass: index % 5,
    version: index * 2,
    leaseHigh: 0x80000000 + index,
    leaseLow: index,
    size: index * 10,
  });
  const values = new ValueRows(engine, cells);
  const locationOf = (index: number) => LOCATIONS[index % 2] ?? "head";
  for (let index = 0; index < 10_000; index++) {
    const rows = rowsWith(engine, [row(index, 1), row(index, 0)]);
    engine.exports.listRows(rows.list, LOCATIONS.indexOf(locationOf(index)), values.rows.list);
    rows.free();
  }
  expect(values.rows.count).toBe(10_000);
  for (const index of [0, 255, 8191, 8192, 9999])
    expect(values.at(index)).toEqual({ ...row(index, 0), location: locationOf(index), place: null });
});
