import { describe, expect, it } from "vitest";
import { PageSizer } from "../../../src/etcd/client/page-sizer.ts";

const MIB = 2 ** 20;

describe("PageSizer", () => {
  it("begins small and grows to pages of some MiB", () => {
    const sizer = new PageSizer(null);
    const asked: number[] = [];
    for (let page = 0; page < 6; page++) {
      const rows = sizer.nextRows();
      asked.push(rows);
      sizer.observe(rows, rows * 1_200);
    }
    expect(asked[0]).toBeLessThanOrEqual(256);
    expect(asked.at(-1)).toBeGreaterThan(3_000);
    expect((asked.at(-1) ?? 0) * 1_200).toBeLessThanOrEqual(4 * MIB);
  });

  it("asks for few rows at once when values turn large", () => {
    const sizer = new PageSizer(null);
    for (let page = 0; page < 5; page++) sizer.observe(sizer.nextRows(), sizer.nextRows() * 1_200);
    sizer.observe(50, 50 * MIB);
    expect(sizer.nextRows()).toBeLessThanOrEqual(4);
  });

  it("goes down to one row when pages are refused, and then says that there is no less", () => {
    const sizer = new PageSizer(null);
    let refused = 0;
    while (sizer.shrink(sizer.nextRows())) refused += 1;
    expect(refused).toBeGreaterThan(1);
    expect(sizer.nextRows()).toBe(1);
  });

  it("makes small pages under a low ceiling of bytes a second", () => {
    const sizer = new PageSizer(400_000);
    sizer.observe(200, 200_000);
    expect(sizer.nextRows()).toBe(100);
  });
});
