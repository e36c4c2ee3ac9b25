import { describe, expect, test } from "vitest";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { filled, joined, kmsV1Value } from "../classify/made-values.ts";
import {
  auditRecords,
  ENCRYPTED,
  MALFORMED,
  PLAINTEXT,
  sourceFindings,
  UNKNOWN,
  valueFindings,
} from "./audit-records.ts";

const CRD = "/registry/apiextensions.k8s.io/customresourcedefinitions/";
const WIDGETS = "widgets.example.com";
const widget = (revision: number): EtcdRecord => ({
  revision,
  key: "/registry/example.com/widgets/default/w",
  value: '{"apiVersion":"example.com/v1","kind":"Widget"}',
});
const definition = (revision: number): EtcdRecord => ({
  revision,
  key: `${CRD}${WIDGETS}`,
  value: '{"kind":"CustomResourceDefinition"}',
});
const secret = (revision: number, name = "a", value: Uint8Array = PLAINTEXT): EtcdRecord => ({
  revision,
  key: `/registry/secrets/default/${name}`,
  value,
});
const deletion = (revision: number, key: string): EtcdRecord => ({ revision, key, tombstone: true });

describe("findings and values are sorted", () => {
  test("by key bytes, whatever they are, then by revision", async () => {
    const keys = [
      "/registry/secrets/b/\xff\xfe",
      "/registry/secrets/b/\x00",
      "/registry/secrets/b/é",
      "/registry/secrets/a/z",
    ];
    const records = [...keys, ...keys].map((key, index) => ({
      revision: index + 2,
      key: Buffer.from(key, "latin1"),
      value: PLAINTEXT,
    }));
    const result = await auditRecords(records);
    const places = [...result.values()].map(({ key, modRevision, location }) => [
      Buffer.from(key).toString("latin1"),
      modRevision,
      location,
    ]);
    const sorted = [...keys].sort();
    expect(places).toEqual(
      sorted.flatMap((key) => [
        [key, keys.indexOf(key) + 2, "history"],
        [key, keys.indexOf(key) + 6, "head"],
      ]),
    );
    const found = [...result.findings()].flatMap(({ subject }) =>
      subject.kind === "value" ? [subject.value.modRevision] : [],
    );
    expect(found).toEqual(places.map(([, revision]) => revision));
  });

  test("findings about the whole source come first", async () => {
    const result = await auditRecords([{ revision: 2, key: "/other/secrets/a/b", value: PLAINTEXT }, secret(3)]);
    const kinds = [...result.findings()].map(({ subject }) => subject.kind);
    expect(kinds.lastIndexOf("source")).toBeLessThan(kinds.indexOf("value"));
    expect(kinds).toContain("source");
  });
});

describe("superseded revisions", () => {
  const records = [
    secret(2),
    secret(3, "a", ENCRYPTED),
    secret(4, "gone"),
    deletion(5, "/registry/secrets/default/gone"),
    secret(6, "again"),
    deletion(7, "/registry/secrets/default/again"),
    secret(8, "again", ENCRYPTED),
  ];

  test("are found, those of deleted and re-created keys too", async () => {
    const result = await auditRecords(records, { snapshot: { compactRevision: 3 } });
    expect(valueFindings(result)).toEqual([
      "plaintext-revision /registry/secrets/default/a 2 history",
      "plaintext-revision /registry/secrets/default/again 6 history",
      "plaintext-revision /registry/secrets/default/gone 4 history",
    ]);
    expect(result.summary.areas.head).toMatchObject({ total: 2, encrypted: 2 });
    expect(result.summary.areas.history).toMatchObject({ total: 3, plaintext: 3 });
    expect(result.summary.history).toEqual({ aboveCompactRevision: 2, belowCompactRevision: 1 });
    expect(result.looked.history).toBe(true);
    expect([result.verdict, result.exitCode]).toEqual(["fail", 1]);
  });

  test("are not looked at without history, which is said", async () => {
    const result = await auditRecords(records, { history: false, snapshot: { compactRevision: 3 } });
    expect(valueFindings(result)).toEqual([]);
    expect([...result.values()].map(({ location }) => location)).toEqual(["head", "head"]);
    expect(result.summary.areas.history.total).toBe(0);
    expect(result.looked.history).toBe(false);
    expect([result.verdict, result.exitCode]).toEqual(["pass", 0]);
  });

  test("that never end with a store no API server compacts are told of", async () => {
    const stalled = await auditRecords(records);
    expect(sourceFindings(stalled)).toContainEqual({ kind: "compaction-stalled", revision: 8, compactRevision: 0 });
    const kept = await auditRecords([...records, { revision: 9, key: "compact_rev_key", value: "5" }]);
    expect(sourceFindings(kept).map(({ kind }) => kind)).not.toContain("compaction-stalled");
  });
});

describe("one value, one state", () => {
  test("each state gives its finding, and the verdict", async () => {
    const values = [PLAINTEXT, ENCRYPTED, MALFORMED, UNKNOWN];
    const result = await auditRecords(values.map((value, index) => secret(index + 2, `s${index}`, value)));
    expect(valueFindings(result)).toEqual([
      "plaintext-value /registry/secrets/default/s0 2 head",
      "malformed-ciphertext /registry/secrets/default/s2 4 head",
      "unknown-provider /registry/secrets/default/s3 5 head",
    ]);
    expect(result.summary.areas.head).toEqual({ total: 4, plaintext: 1, encrypted: 1, malformed: 1, unknown: 1 });
    expect(result.looked.decrypted).toEqual({ verified: 0, plausible: 0, notVerifiable: 1 });
  });

  test("values of resources that are not audited are counted and never found", async () => {
    const configMap = { revision: 3, key: "/registry/configmaps/default/c", value: PLAINTEXT };
    const records = [secret(2, "a", ENCRYPTED), configMap];
    const wide = await auditRecords(records, { scope: { allResources: true } });
    expect(valueFindings(wide)).toEqual([]);
    expect(wide.summary.areas.head).toMatchObject({ total: 2, plaintext: 1 });
    expect(wide.summary.resources.map(({ resource, audited }) => [resource, audited])).toEqual([
      ["configmaps", false],
      ["secrets", true],
    ]);
    const named = await auditRecords(records, { scope: { resources: ["configmaps"] } });
    expect(valueFindings(named)).toEqual(["plaintext-value /registry/configmaps/default/c 3 head"]);
  });

  test("of one namespace only its values are counted", async () => {
    const elsewhere = { revision: 3, key: "/registry/secrets/kube-system/b", value: PLAINTEXT };
    const result = await auditRecords([secret(2), elsewhere], { scope: { namespaces: ["kube-system"] } });
    expect(valueFindings(result)).toEqual(["plaintext-value /registry/secrets/kube-system/b 3 head"]);
    expect(result.summary.areas.head.total).toBe(1);
  });

  test("a value has its names, revisions, version, lease and size", async () => {
    const records = [
      { ...secret(2), createRevision: 2 },
      { ...secret(7), createRevision: 2, version: 5, lease: 0x7fffffff_ffffffffn },
    ];
    const rows = [...(await auditRecords(records)).values()];
    expect(rows[1]).toMatchObject({
      resource: "secrets",
      namespace: "default",
      name: "a",
      modRevision: 7,
      createRevision: 2,
      version: 5,
      lease: 0x7fffffff_ffffffffn,
      size: PLAINTEXT.length,
      location: "head",
    });
  });
});

describe("the version of a remote key", () => {
  test("by the header of wrapped DEKs is settled before anything is counted or listed", async () => {
    const header = filled(16, 5);
    const value = (seed: number) => kmsV1Value(joined(header, filled(30, seed)));
    const result = await auditRecords([secret(2, "a", value(1)), secret(3, "a", value(2)), secret(4, "b", value(3))]);
    const versions = new Set([...result.values()].map(({ valueClass }) => valueClass.kekVersion));
    expect([...versions]).toEqual([expect.stringMatching(/^header:/)]);
    expect(result.summary.keys).toMatchObject([{ counts: { head: 2, history: 1 }, firstWrite: 2, lastWrite: 4 }]);
  });

  test("stays unknown where only one wrapped DEK has the header, and such values are counted as one key", async () => {
    const result = await auditRecords(
      [1, 2, 3].map((seed) => secret(seed + 1, `s${seed}`, kmsV1Value(filled(60, seed)))),
    );
    expect([...result.values()].map(({ valueClass }) => valueClass.kekVersion)).toEqual([null, null, null]);
    expect(result.summary.keys).toMatchObject([{ counts: { head: 3 }, firstWrite: 2, lastWrite: 4 }]);
  });
});

describe("resource-not-served", () => {
  const audited = { scope: { resources: [WIDGETS] } };
  const NOT_SERVED = "resource-not-served /registry/example.com/widgets/default/w 2 head";

  test("of a custom resource whose definition is stored there is none", async () => {
    expect(valueFindings(await auditRecords([widget(2), definition(3)], audited))).not.toContain(NOT_SERVED);
    expect(valueFindings(await auditRecords([definition(3), widget(5)], audited))).toHaveLength(1);
  });

  test("of one without, or whose definition was deleted, there is", async () => {
    expect(valueFindings(await auditRecords([widget(2)], audited))).toContain(NOT_SERVED);
    const deleted = [widget(2), definition(3), deletion(4, `${CRD}${WIDGETS}`)];
    expect(valueFindings(await auditRecords(deleted, audited))).toContain(NOT_SERVED);
  });

  test("the definition is seen though its namespace, which it has none, is not asked for", async () => {
    const scope = { resources: [WIDGETS], namespaces: ["default"] };
    const result = await auditRecords([widget(2), definition(3)], { scope });
    expect(valueFindings(result)).toEqual(["plaintext-value /registry/example.com/widgets/default/w 2 head"]);
    expect([...result.values()]).toHaveLength(1);
  });

  test("a resource that is not audited has none", async () => {
    const result = await auditRecords([widget(2)], { scope: { allResources: true } });
    expect(valueFindings(result)).toEqual([]);
  });
});

describe("sources without secrets", () => {
  const pod = { revision: 2, key: "/registry/pods/default/p", value: PLAINTEXT };

  test("but with other kinds pass, with a note", async () => {
    const result = await auditRecords([pod]);
    expect(sourceFindings(result)).toEqual([{ kind: "no-secrets-stored" }]);
    expect([result.verdict, result.exitCode]).toEqual(["pass", 0]);
    expect(result.summary.resources).toMatchObject([{ resource: "secrets", audited: true, counts: { total: 0 } }]);
  });

  test("that hide below a folder of the prefix are warned of", async () => {
    const result = await auditRecords([
      pod,
      { revision: 3, key: "/registry/cluster-b/secrets/default/a", value: PLAINTEXT },
    ]);
    expect(sourceFindings(result)).toMatchObject([
      { kind: "no-secrets-stored" },
      { kind: "unlooked-prefix", prefix: "/registry/cluster-b", keys: 1 },
    ]);
  });

  test("whose last secret was deleted and is still stored have one", async () => {
    const records = [pod, secret(3, "a", ENCRYPTED), deletion(4, "/registry/secrets/default/a")];
    const result = await auditRecords(records, { snapshot: { compactRevision: 2 } });
    expect(sourceFindings(result)).toEqual([]);
  });
});

describe("a stream gives what the file gives", () => {
  const records = [
    secret(2),
    secret(3, "a", ENCRYPTED),
    { revision: 4, key: "/registry/configmaps/default/c", value: PLAINTEXT },
    { revision: 5, key: "/other/secrets/default/c", value: PLAINTEXT },
    widget(6),
  ];

  test.each([{}, { allResources: true }, { namespaces: ["default"] }])("with the scope %j", async (scope) => {
    const [file, stream] = await Promise.all([
      auditRecords(records, { scope }),
      auditRecords(records, { scope, gzip: true }),
    ]);
    expect(stream.summary).toEqual(file.summary);
    expect([...stream.findings()]).toEqual([...file.findings()]);
    expect([...stream.values()]).toEqual([...file.values()]);
  });
});
