import { describe, expect, test } from "vitest";
import { Cells } from "../../src/engine/cells.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { NamespaceUses } from "../../src/model/audit-result.ts";
import { LOCATIONS } from "../../src/model/location.ts";
import { STATES, type State } from "../../src/model/value-class.ts";
import { countedNamespaces } from "../../src/tally/namespace-counts.ts";
import { keysWith, rowsWith } from "../engine/made-rows.ts";
import { auditRecords, ENCRYPTED, MALFORMED, PLAINTEXT } from "./audit-records.ts";

const PREFIX = "/registry/secrets/";

/** Keys in folders, of which the first has no namespaces. */
const [WITHOUT, WITHIN] = [0, 1];

/** Live values with these keys; each in a folder whose prefix is as long as that of secrets. */
function countedKeys(values: readonly { key: string; state: State; folder: number }[]): NamespaceUses {
  const engine = new Engine();
  const cells = new Cells(engine);
  engine.host.describe = (cell) => {
    const { folder, valueClass } = cells.cell(cell);
    const namespaceStart = folder === WITHOUT ? null : PREFIX.length;
    cells.describe(cell, { isCounted: true, isAudited: true, state: valueClass, namespaceStart });
  };
  keysWith(
    engine,
    values.map(({ key, folder }) => ({ key: Buffer.from(key), folder })),
  );
  const rows = values.map(({ state }, key) => ({ key, main: 2 + key, valueClass: STATES.indexOf(state) }));
  engine.exports.countRows(rowsWith(engine, rows).list, LOCATIONS.indexOf("head"));
  return countedNamespaces(engine);
}

function counted(values: readonly (readonly [rest: string, state: State])[]): NamespaceUses {
  return countedKeys(values.map(([rest, state]) => ({ key: PREFIX + rest, state, folder: WITHIN })));
}

describe("live values by namespace", () => {
  test("what is not encrypted comes first, then what has most", () => {
    const { listed } = counted([
      ["web/a", "encrypted"],
      ["web/b", "encrypted"],
      ["shop/a", "plaintext"],
      ["api/a", "encrypted"],
      ["broken/a", "malformed"],
      ["broken/b", "plaintext"],
    ]);
    expect(listed.map(({ namespace, counts }) => `${namespace} ${counts.plaintext} of ${counts.total}`)).toEqual([
      "broken 1 of 2",
      "shop 1 of 1",
      "web 0 of 2",
      "api 0 of 1",
    ]);
  });

  test("a resource without namespaces, and a key without one, have none", () => {
    const counts = countedKeys([
      { key: "/registry/nodes/n1", state: "encrypted", folder: WITHOUT },
      { key: "/registry/secrets/odd", state: "plaintext", folder: WITHIN },
      { key: "/registry/secrets//odd", state: "plaintext", folder: WITHIN },
    ]);
    expect(counts.listed).toEqual([{ namespace: null, counts: expect.objectContaining({ total: 3 }) }]);
  });

  test("those beyond the twenty listed are summed up", () => {
    const { listed, others } = counted(
      Array.from({ length: 30 }, (_, index) => [`ns-${index}/a`, "encrypted"] as const),
    );
    expect(listed).toHaveLength(20);
    expect(others).toEqual({ namespaces: 10, counts: expect.objectContaining({ total: 10, encrypted: 10 }) });
  });

  test("however many there are, none is lost from the sum, and those known go on being counted", () => {
    const counts = counted([
      ["first/a", "plaintext"],
      ...Array.from({ length: 10_100 }, (_, index) => [`ns-${index}/a`, "encrypted"] as const),
      ["first/b", "plaintext"],
    ]);
    const { listed, others } = counts;
    expect(listed[0]).toEqual({ namespace: "first", counts: expect.objectContaining({ plaintext: 2 }) });
    expect(others.namespaces).toBeNull();
    expect(others.counts.total + listed.reduce((sum, { counts: { total } }) => sum + total, 0)).toBe(10_102);
  });

  test("an audit counts what it audits, and no superseded revision", async () => {
    const result = await auditRecords([
      { key: "/registry/secrets/a/one", value: PLAINTEXT, revision: 2 },
      { key: "/registry/secrets/a/one", value: ENCRYPTED, revision: 3 },
      { key: "/registry/secrets/b/two", value: MALFORMED, revision: 4 },
      { key: "/registry/configmaps/b/three", value: PLAINTEXT, revision: 5 },
    ]);
    expect(result.summary.namespaces.listed).toEqual([
      { namespace: "b", counts: { total: 1, plaintext: 0, encrypted: 0, malformed: 1, unknown: 0 } },
      { namespace: "a", counts: { total: 1, plaintext: 0, encrypted: 1, malformed: 0, unknown: 0 } },
    ]);
  });

  test("namespaces that begin alike are told apart, whatever order keys come in, of several resources and prefixes", async () => {
    const keys = ["", "-", "b", "b-c", "b/", "/x", "zz"].flatMap((end) =>
      ["secrets", "configmaps", "nodes"].flatMap((folder) =>
        ["/registry", "/kubernetes.io"].flatMap((prefix) =>
          ["1", "2", "3"].map((name) => `${prefix}/${folder}/a${end}/${name}`),
        ),
      ),
    );
    const order = keys.toSorted((a, b) => a.slice(-4).localeCompare(b.slice(-4)));
    const result = await auditRecords(
      order.map((key, index) => ({ key, value: ENCRYPTED, revision: index + 2 })),
      { scope: { resources: ["configmaps"] } },
    );
    const expected = new Map<string | null, number>();
    for (const key of keys) {
      const [, , folder, namespace = ""] = key.split("/");
      if (folder !== "nodes") expected.set(namespace, (expected.get(namespace) ?? 0) + 1);
    }
    const { listed } = result.summary.namespaces;
    expect(new Map(listed.map(({ namespace, counts }) => [namespace, counts.total]))).toEqual(expected);
  });
});
