import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BUILT_IN_TABLE } from "../../src/kubernetes/built-in-table.ts";
import { NEVER_ENCRYPTED_TABLE } from "../../src/kubernetes/never-encrypted-table.ts";
import { OPENSHIFT_KUBERNETES_TABLE, OPENSHIFT_TABLE } from "../../src/kubernetes/openshift-table.ts";
import { REMOVED_TABLE } from "../../src/kubernetes/removed-table.ts";
import { splitKey } from "./split-key.ts";

interface StoragePath {
  readonly group: string;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly keyPrefix: string;
  readonly origin: "built-in" | "custom resource" | "no REST API";
}

const file = new URL("../fixtures/vectors/storage-paths.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { readonly vectors: readonly StoragePath[] };

describe("where kube-apiserver stores a resource", () => {
  it.each(vectors.filter(({ origin }) => origin !== "no REST API"))("$keyPrefix", (vector) => {
    const key = `${vector.keyPrefix}${vector.namespaced ? "team-a/" : ""}name:1`;
    const split = splitKey("/registry", key);
    expect(split?.folder).toEqual({
      resource: vector.group === "" ? vector.resource : `${vector.resource}.${vector.group}`,
      origin: vector.origin === "built-in" ? "built-in" : "custom-resource",
      namespaced: vector.origin === "built-in" ? vector.namespaced : null,
    });
    expect(split).toMatchObject({ namespace: vector.namespaced ? "team-a" : null, name: "name:1" });
  });

  it.each(vectors.filter(({ origin }) => origin === "no REST API"))("$keyPrefix, never encrypted", (vector) => {
    const key = vector.keyPrefix.endsWith("/") ? `${vector.keyPrefix}10.0.0.1` : vector.keyPrefix;
    const [folder, name] = key.slice("/registry/".length).split("/");
    expect(splitKey("/registry", key)).toMatchObject({
      folder: { resource: folder, origin: "never-encrypted", namespaced: false },
      namespace: null,
      name,
    });
  });

  it("is no other resource than the list has", () => {
    const listed = vectors.filter(({ origin }) => origin === "built-in").map(({ keyPrefix }) => keyPrefix);
    expect(BUILT_IN_TABLE.map(([folder]) => `/registry/${folder}/`).sort()).toEqual(listed.sort());
  });
});

describe.each([
  ["built-in", BUILT_IN_TABLE],
  ["removed", REMOVED_TABLE],
  ["never encrypted", NEVER_ENCRYPTED_TABLE],
  ["OpenShift", OPENSHIFT_TABLE],
])("the table %s", (_, table) => {
  it("is sorted by folder and has each folder once", () => {
    const folders = table.map(([folder]) => folder);
    expect(folders).toEqual([...new Set(folders)].sort());
  });
});

it("the tables of one prefix have no folder in common", () => {
  const folders = [BUILT_IN_TABLE, REMOVED_TABLE, NEVER_ENCRYPTED_TABLE, OPENSHIFT_KUBERNETES_TABLE]
    .flat()
    .map(([folder]) => folder);
  expect(new Set(folders).size).toBe(folders.length);
});

it.each(OPENSHIFT_TABLE)("openshift.io/%s holds %s", (folder, resource, scope) => {
  const name = scope === "namespaced" ? "team-a/x" : "x";
  expect(splitKey("/openshift.io", `/openshift.io/${folder}/${name}`)).toMatchObject({
    folder: { resource, origin: "openshift", namespaced: scope === "namespaced" },
    namespace: scope === "namespaced" ? "team-a" : null,
    name: "x",
  });
});
