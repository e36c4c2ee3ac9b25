import { describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { repositoryCorpus } from "./repository-corpus.ts";

/** Two servers whose writes go to and fro, and values that were put into etcd by hand. */
const DISAGREEING = ["p-two-servers/disagreeing", "p-two-servers/agreed", "j-mixed/with-raw-values"];

describe("servers that write with different keys", () => {
  test.each(repositoryCorpus().map((point) => [point.title, point] as const))("%s", async (title, point) => {
    const result = await audit({
      path: point.file,
      scope: { prefixes: [point.etcdPrefix], resources: ["configmaps"] },
    });
    const told = [...result.findings()].flatMap(({ subject }) =>
      subject.kind === "source" && subject.detail.kind === "writers-disagree" ? [subject.detail] : [],
    );
    expect(told.length > 0).toBe(DISAGREEING.includes(title));
  });

  test("are told by how often the key changed in the order of revisions", async () => {
    const point = repositoryCorpus().find(({ title }) => title === "p-two-servers/disagreeing");
    const result = await audit({ path: point?.file ?? "" });
    const [told] = [...result.findings()].filter(({ kind }) => kind === "writers-disagree");
    expect(told).toMatchObject({
      level: "warning",
      subject: { detail: { resource: "secrets", keys: [{ keyName: "key1" }, { keyName: "key2" }], changes: 8 } },
    });
  });
});
