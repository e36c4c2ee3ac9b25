import { describe, expect, it } from "vitest";
import { BUILT_IN_TABLE } from "../../src/kubernetes/built-in-table.ts";
import { registryFolder } from "../../src/kubernetes/registry-folder.ts";
import { REMOVED_TABLE } from "../../src/kubernetes/removed-table.ts";
import { foldersOfResource } from "../../src/kubernetes/resource-folders.ts";

describe("foldersOfResource", () => {
  it.each([
    ["/registry", "secrets", ["secrets"]],
    ["/registry", "services", ["services/specs"]],
    ["/registry", "crontabs.stable.example.com", ["stable.example.com/crontabs"]],
    ["/registry", "customresourcedefinitions.apiextensions.k8s.io", ["apiextensions.k8s.io/customresourcedefinitions"]],
    ["/registry", "somethings", ["somethings"]],
  ])("under %s of %s are %j", (prefix, resource, folders) => {
    expect(foldersOfResource(prefix, resource)).toEqual(folders);
  });

  it("lead back to the resource, for every resource of the tables", () => {
    for (const [folder, resource] of [...BUILT_IN_TABLE, ...REMOVED_TABLE]) {
      const folders = foldersOfResource("/registry", resource);
      expect(folders).toContain(folder);
      for (const found of folders) expect(registryFolder("/registry", found).resource).toBe(resource);
    }
  });

  it("under OpenShift's prefix are OpenShift's too", () => {
    const folders = foldersOfResource("/openshift.io", "oauthaccesstokens.oauth.openshift.io");
    expect(folders).toEqual(["oauth/accesstokens"]);
    expect(registryFolder("/openshift.io", "oauth/accesstokens").resource).toBe("oauthaccesstokens.oauth.openshift.io");
  });
});
