import { describe, expect, test } from "vitest";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { auditRecords, ENCRYPTED, PLAINTEXT, reasonsOf } from "./audit-records.ts";

const SECRET: EtcdRecord = { revision: 2, key: "/registry/secrets/default/a", value: ENCRYPTED };
const POD: EtcdRecord = { revision: 3, key: "/registry/pods/kube-system/p", value: PLAINTEXT };
const DEPLOYMENT: EtcdRecord = { revision: 4, key: "/registry/deployments/default/d", value: PLAINTEXT };
const RECORDS = [SECRET, POD, DEPLOYMENT];

describe("what was asked for by name and is not there makes the answer incomplete", () => {
  test.each([
    ["a resource in the singular", { resources: ["secret"] }, /^no-such-resource: .* secret; did you mean secrets\?$/],
    ["a resource without its group", { resources: ["deployments"] }, /deployments; did you mean deployments\.apps\?$/],
    ["a resource of which there is no key", { resources: ["configmaps"] }, /^no-such-resource: .* configmaps; /],
    ["a resource that is like no other", { resources: ["zzzzzzzzzzz.example.com"] }, /; check --resource$/],
    ["a prefix", { prefixes: ["/registry", "/custom"] }, /^nothing-under-prefix: .* \/custom; check --prefix$/],
    ["a namespace", { namespaces: ["defaullt"] }, /^no-such-namespace: .* defaullt; check --namespace$/],
    ["a namespace in capitals", { namespaces: ["Default"] }, /^no-such-namespace: .* Default; /],
    ["a namespace that has no audited key", { namespaces: ["kube-system"] }, /^no-such-namespace: .* kube-system; /],
  ])("%s", async (_, scope, reason) => {
    const result = await auditRecords(RECORDS, { scope });
    expect(reasonsOf(result)).toEqual([expect.stringMatching(reason)]);
    expect([result.verdict, result.exitCode]).toEqual(["incomplete", 3]);
  });

  test("everything that is missing is named, each once", async () => {
    const scope = {
      prefixes: ["/registry", "/x", "x/"],
      resources: ["secret", "pods", "secret"],
      namespaces: ["default", "a", "a"],
    };
    const codes = reasonsOf(await auditRecords(RECORDS, { scope })).map((reason) => reason.split(":")[0]);
    expect(codes).toEqual(["nothing-under-prefix", "no-such-resource", "no-such-namespace"]);
  });

  test("a namespace of which only the mark of a deletion is left", async () => {
    const gone = { revision: 9, key: "/registry/secrets/gone/a", tombstone: true };
    const result = await auditRecords([...RECORDS, gone], { scope: { namespaces: ["gone"] } });
    expect(reasonsOf(result)).toEqual([expect.stringContaining("no-such-namespace")]);
  });
});

describe("what is there is not missing", () => {
  test.each([
    ["a prefix without its slash", { prefixes: ["registry"] }],
    ["a prefix with a slash at its end", { prefixes: ["/registry/"] }],
    ["a resource", { resources: ["pods", "secrets", "deployments.apps"] }],
    ["a namespace of another resource that is named", { resources: ["pods"], namespaces: ["kube-system"] }],
    ["a namespace when everything is counted", { allResources: true, namespaces: ["kube-system", "default"] }],
  ])("%s", async (_, scope) => {
    const result = await auditRecords(RECORDS, { scope });
    expect(reasonsOf(result)).toEqual([]);
    expect(result.prefixes).toEqual(["/registry"]);
    expect(result.verdict).not.toBe("incomplete");
  });

  test("a namespace whose last secret was deleted, as long as a revision of it is stored", async () => {
    const records = [SECRET, POD, { revision: 5, key: SECRET.key, tombstone: true }];
    const result = await auditRecords(records, { scope: { namespaces: ["default"] } });
    expect(reasonsOf(result)).toEqual([]);
  });
});

describe("nothing under any prefix", () => {
  test("is one reason, which names the prefix that Kubernetes seems to have", async () => {
    const records = [{ revision: 2, key: "/custom/registry/secrets/default/a", value: PLAINTEXT }];
    const result = await auditRecords(records, { scope: { resources: ["pods"], namespaces: ["x"] } });
    expect(reasonsOf(result)).toEqual([
      "nothing-under-prefix: there is no key under /kubernetes.io, /openshift.io, /registry; Kubernetes keys lie under /custom/registry: add --prefix /custom/registry",
    ]);
    expect(result.prefixes).toEqual([]);
    expect([result.verdict, result.exitCode]).toEqual(["incomplete", 3]);
  });

  test("in a store of other programs' keys says how to name one", async () => {
    const result = await auditRecords([{ revision: 2, key: "/service/leader", value: "x" }]);
    expect(reasonsOf(result)).toEqual([expect.stringMatching(/--etcd-prefix with --prefix/)]);
  });

  test("and marks of deletions alone are nothing", async () => {
    const result = await auditRecords([{ revision: 2, key: "/registry/secrets/a/b", tombstone: true }]);
    expect(result.exitCode).toBe(3);
  });

  test("the prefixes of OpenShift are told when they have keys", async () => {
    const records = [
      { revision: 2, key: "/kubernetes.io/secrets/default/a", value: ENCRYPTED },
      { revision: 3, key: "/openshift.io/routes/default/r", value: ENCRYPTED },
    ];
    const result = await auditRecords(records, { scope: { resources: ["routes.route.openshift.io"] } });
    expect(result.prefixes).toEqual(["/kubernetes.io", "/openshift.io"]);
    expect(result.summary.resources.map(({ resource, counts }) => [resource, counts.encrypted])).toEqual([
      ["routes.route.openshift.io", 1],
      ["secrets", 1],
    ]);
  });
});
