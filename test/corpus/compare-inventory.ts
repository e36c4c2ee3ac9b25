import type { ExpectedValue } from "./expectation.ts";
import type { InventoryLine } from "./program-output.ts";
import type { CorpusPoint } from "./scenario-folder.ts";

/** Every expected value once, with the right facts, and nothing else. */
export function compareInventory(
  point: CorpusPoint,
  expected: readonly ExpectedValue[],
  inventory: readonly InventoryLine[],
): string[] {
  const differences: string[] = [];
  const lines = new Map<string, InventoryLine>();
  for (const line of inventory) {
    const id = `${line.modRevision} ${line.key ?? `base64 ${line.keyBase64}`}`;
    if (lines.has(id)) differences.push(`${id}: stands in the inventory more than once`);
    lines.set(id, line);
  }
  const objects = new Map(point.objects.map((object) => [object.key, object]));
  const expectedIds = new Set<string>();
  for (const value of expected) {
    const id = `${value.modRevision} ${value.key}`;
    expectedIds.add(id);
    const line = lines.get(id);
    if (line === undefined) {
      differences.push(`${id}: missing from the inventory`);
      continue;
    }
    const { key: _, isSecret: __, valueClass, ...facts } = value;
    const object = objects.get(value.key);
    const place =
      object === undefined
        ? {}
        : {
            resource: object.group === "" ? object.resource : `${object.resource}.${object.group}`,
            namespace: object.namespace,
            name: object.name,
          };
    differences.push(...compareFields(id, { ...facts, ...place, ...(valueClass ?? {}) }, line));
  }
  for (const id of lines.keys()) {
    if (!expectedIds.has(id)) differences.push(`${id}: in the inventory, but not among the stored revisions`);
  }
  return [...differences, ...compareWrites(point, lines, expectedIds)];
}

/** The second witness: what was in force when kube-apiserver wrote, for each write whose bytes were verified. */
function compareWrites(
  point: CorpusPoint,
  lines: ReadonlyMap<string, InventoryLine>,
  stored: ReadonlySet<string>,
): string[] {
  return point.objects.flatMap((object) =>
    object.history.flatMap((write) => {
      const id = `${write.rev} ${object.key}`;
      const line = lines.get(id);
      if (write.op !== "put" || write.verified !== true || line === undefined || !stored.has(id)) return [];
      const isKmsV1 = write.provider === "kms-v1";
      return compareFields(
        `${id} (write)`,
        {
          provider: write.provider ?? null,
          keyName: isKmsV1 ? (write.name ?? null) : (write.name?.split(":", 1)[0] ?? null),
          ...(isKmsV1 ? {} : { keyId: write.key_id ?? null }),
        },
        line,
      );
    }),
  );
}

function compareFields(id: string, expected: Readonly<Record<string, unknown>>, line: InventoryLine): string[] {
  const actual: Readonly<Record<string, unknown>> = { ...line };
  return Object.entries(expected)
    .filter(([field, value]) => actual[field] !== value)
    .map(([field, value]) => `${id}: ${field} is ${JSON.stringify(actual[field])}, not ${JSON.stringify(value)}`);
}
