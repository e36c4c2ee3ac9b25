import { expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { repositoryCorpus } from "./repository-corpus.ts";

/** Points in the middle of a rotation of a remote key: live values that are still under the older one. */
const OLDER: Readonly<Record<string, number>> = {
  "f-kms-v2/second-key-id": 17,
  "f-kms-v2/second-provider": 10,
  "g-kms-v1/second-key-version": 16,
  "q-kms-v2-constant-id/restarted-partly-annotated": 9,
  "r-kms-v1-ncloud/partly-moved": 21,
};

test.each(repositoryCorpus().map((point) => [point.title, point] as const))(
  "%s: what lies under an older KMS key than the newest that was seen is told, and nothing else",
  async (title, point) => {
    const resources = point.title.startsWith("f-") || point.title.startsWith("g-") ? ["configmaps"] : [];
    const scope = { prefixes: [point.etcdPrefix], resources };
    const result = await audit({ path: point.file, scope, residue: false });
    const stale = [...result.findings()].filter(({ kind }) => kind === "stale-kms-key");
    expect(new Set(stale.map(({ level }) => level)).size).toBeLessThanOrEqual(1);
    expect(stale.every(({ level }) => level === "warning")).toBe(true);
    expect(stale.length > 0).toBe(title in OLDER);
  },
);

test.each(
  repositoryCorpus()
    .filter(({ title }) => title in OLDER)
    .map((point) => [point.title, point] as const),
)("%s: so many of them are secrets", async (title, point) => {
  const result = await audit({ path: point.file, scope: { prefixes: [point.etcdPrefix] }, residue: false });
  expect(result.summary.findings.byKind.get("stale-kms-key")).toBe(OLDER[title]);
});
