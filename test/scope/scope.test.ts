import { describe, expect, test } from "vitest";
import { countIn, folderNumber, folderOf, isIncluded, placeOf, scopeOf } from "./folder-of.ts";

const AUDITED = { inScope: true, audited: true };
const COUNTED = { inScope: true, audited: false };
const LEFT_OUT = { inScope: false, audited: false };

describe("what is audited", () => {
  test.each([
    ["/registry/secrets/default/a", { resource: "secrets", prefix: "/registry", ...AUDITED }],
    ["/kubernetes.io/secrets/default/a", { resource: "secrets", prefix: "/kubernetes.io", ...AUDITED }],
    ["/registry/secrets", { resource: "secrets", prefix: "/registry", ...AUDITED }],
    ["/registry//secrets/default/a", { resource: "secrets", prefix: "/registry", ...AUDITED }],
    ["/registry/configmaps/default/a", { resource: "configmaps", prefix: "/registry", ...LEFT_OUT }],
    ["/registry/secretstores/default/a", { resource: "secretstores", prefix: "/registry", ...LEFT_OUT }],
    ["/registry/Secrets/default/a", { resource: "Secrets", prefix: "/registry", ...LEFT_OUT }],
  ])("of %s without flags", (key, place) => {
    expect(placeOf(scopeOf(), key)).toEqual(place);
  });

  test.each([
    ["configmaps", "/registry/configmaps/default/a"],
    ["deployments.apps", "/registry/deployments/default/a"],
    ["services", "/registry/services/specs/default/a"],
    ["routes.route.openshift.io", "/openshift.io/routes/default/a"],
    ["oauthaccesstokens.oauth.openshift.io", "/openshift.io/oauth/accesstokens/sha256~x"],
    ["widgets.example.com", "/registry/example.com/widgets/default/a"],
    ["newthings", "/registry/newthings/default/a"],
  ])("a resource that is named: %s", (resource, key) => {
    expect(placeOf(scopeOf({ resources: [resource] }), key)).toMatchObject({ resource, ...AUDITED });
    expect(placeOf(scopeOf(), key)).toMatchObject(LEFT_OUT);
    expect(placeOf(scopeOf({ allResources: true }), key)).toMatchObject(COUNTED);
  });

  test("secrets stay audited when others are named, and are listed once", () => {
    const scope = scopeOf({ resources: ["pods", "secrets", "pods", "configmaps"] });
    expect(scope.auditedResources).toEqual(["configmaps", "pods", "secrets"]);
    expect(placeOf(scope, "/registry/secrets/a/b")).toMatchObject(AUDITED);
  });

  test.each(["masterleases", "peerserverleases", "ranges"])(
    "%s is never audited, but counted when asked for",
    (name) => {
      const key = `/registry/${name}/10.0.0.1`;
      expect(placeOf(scopeOf(), key)).toMatchObject(LEFT_OUT);
      expect(placeOf(scopeOf({ allResources: true }), key)).toMatchObject(COUNTED);
      const named = scopeOf({ resources: [name] });
      expect(placeOf(named, key)).toMatchObject(COUNTED);
      expect(named.auditedResources).toEqual(["secrets"]);
    },
  );

  test("compact_rev_key lies under no prefix and is counted with everything else", () => {
    expect(placeOf(scopeOf(), "compact_rev_key")).toMatchObject({ prefix: null, ...LEFT_OUT });
    expect(placeOf(scopeOf({ allResources: true }), "compact_rev_key")).toMatchObject(COUNTED);
    expect(isIncluded(scopeOf({ allResources: true, namespaces: ["default"] }), "compact_rev_key")).toBe(false);
  });
});

describe("prefixes", () => {
  test.each(["/custom/registry", "custom/registry", "/custom/registry/", "//custom//registry/"])(
    "%s is looked at as the API server joins it",
    (prefix) => {
      const scope = scopeOf({ prefixes: [prefix] });
      expect(scope.prefixTexts).toEqual(["/custom/registry"]);
      expect(placeOf(scope, "/custom/registry/secrets/a/b")).toMatchObject({ prefix: "/custom/registry", ...AUDITED });
      expect(placeOf(scope, "/registry/secrets/a/b")).toBeNull();
    },
  );

  test("the inner one of nested prefixes is meant, in whatever order they are named", () => {
    for (const prefixes of [
      ["/registry", "/registry/inner"],
      ["/registry/inner", "/registry"],
    ]) {
      const scope = scopeOf({ prefixes });
      expect(placeOf(scope, "/registry/inner/secrets/a/b")).toMatchObject({ prefix: "/registry/inner", ...AUDITED });
      expect(placeOf(scope, "/registry/secrets/a/b")).toMatchObject({ prefix: "/registry", ...AUDITED });
    }
  });

  test("a prefix named twice is one", () => {
    expect(scopeOf({ prefixes: ["/a", "a", "/a/"] }).prefixTexts).toEqual(["/a"]);
  });

  test("the prefix / has folders at the top", () => {
    const scope = scopeOf({ prefixes: ["/"] });
    expect(placeOf(scope, "/secrets/a/b")).toEqual({ resource: "secrets", prefix: "/", ...AUDITED });
  });

  test("a prefix is whole segments", () => {
    expect(placeOf(scopeOf(), "/registry2/secrets/a/b")).toBeNull();
    expect(placeOf(scopeOf(), "/registry")).toBeNull();
    expect(placeOf(scopeOf(), "/registry/")).toBeNull();
    expect(placeOf(scopeOf(), "")).toBeNull();
  });

  test("only those with a record are said to have some", () => {
    const scope = scopeOf();
    const pods = folderNumber(scope, "/registry/pods/a/b");
    folderNumber(scope, "/kubernetes.io/secrets/a/b");
    countIn(scope, [pods]);
    expect(scope.prefixTexts.filter((prefix) => scope.hasRecordsUnder(prefix))).toEqual(["/registry"]);
  });
});

describe("namespaces", () => {
  const scope = scopeOf({ namespaces: ["team-a", "team-b"], resources: ["nodes", "widgets.example.com"] });

  test.each([
    ["/registry/secrets/team-a/x", true],
    ["/registry/secrets/team-b/x", true],
    ["/registry/secrets/team-a2/x", false],
    ["/registry/secrets/team/x", false],
    ["/registry/secrets/Team-A/x", false],
    ["/registry/secrets/team-a", false],
    ["/registry/secrets/x/team-a", false],
    ["/registry/minions/team-a", false],
    ["/registry/example.com/widgets/team-a/x", true],
    ["/registry/example.com/widgets/x", false],
    ["/registry/configmaps/team-a/x", false],
  ])("%s is followed: %s", (key, isFollowed) => {
    expect(isIncluded(scope, key)).toBe(isFollowed);
  });

  test("definitions of custom resources are followed though they have none, and are not counted", () => {
    const key = "/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com";
    expect(isIncluded(scope, key)).toBe(true);
    expect(scope.isCounted(folderNumber(scope, key))).toBe(false);
  });
});

describe("Kubernetes-shaped keys that are not looked at", () => {
  test("outside the prefixes", () => {
    const folder = folderOf(scopeOf(), "/custom/registry/secrets/a/b");
    expect(folder).toEqual({
      kind: "unlooked",
      unlooked: {
        prefix: "/custom/registry",
        exampleKey: new Uint8Array(Buffer.from("/custom/registry/secrets/a/b")),
      },
    });
  });

  test("keys of other programs are no such keys", () => {
    const text = Buffer.from("leader");
    expect(folderOf(scopeOf(), "/service/batman/leader", text).kind).toBe("elsewhere");
    expect(folderOf(scopeOf(), "/custom/registry/secrets/a/b", text).kind).toBe("elsewhere");
  });

  test("the example key outlives the buffer that it came in", () => {
    const scope = scopeOf();
    const key = "/other/secrets/a/b";
    const bytes = Buffer.concat([Buffer.from(key), Buffer.from("k8s\0")]);
    const folder = scope.folders[scope.find(bytes, 0, key.length, key.length, 4)];
    bytes.fill(0x2e);
    expect(folder?.kind === "unlooked" && Buffer.from(folder.unlooked.exampleKey).toString()).toBe(key);
  });

  test("one prefix is one folder, and there are not endlessly many", () => {
    const scope = scopeOf();
    const first = folderNumber(scope, "/p0/secrets/a/b");
    expect(folderNumber(scope, "/p0/configmaps/a/c")).toBe(first);
    for (let index = 1; index < 300; index++) folderNumber(scope, `/p${index}/secrets/a/b`);
    expect(scope.folders.filter(({ kind }) => kind === "unlooked")).toHaveLength(100);
    expect(folderOf(scope, "/p299/secrets/a/b").kind).toBe("elsewhere");
    expect(folderNumber(scope, "/p0/secrets/a/d")).toBe(first);
  });

  test("several prefixes in one store are told apart, whichever comes first", () => {
    const keys = ["/secrets/a/b", "/one/secrets/a/b", "/one/pods/a/b", "/two/registry/secrets/a/b", "/pods/a/b"];
    for (const inOrder of [keys, [...keys].reverse()]) {
      const scope = scopeOf();
      countIn(
        scope,
        inOrder.map((key) => folderNumber(scope, key)),
      );
      const counts = scope.unlookedPrefixes().map(({ prefix, keys: count }) => `${prefix} ${count}`);
      expect(counts.sort()).toEqual(["/ 2", "/one 2", "/two/registry 1"]);
    }
  });

  test("a value that Kubernetes did not write is none of it, even beside some", () => {
    const scope = scopeOf();
    folderNumber(scope, "/one/secrets/a/b");
    expect(folderOf(scope, "/one/secrets/a/c", Buffer.from("text")).kind).toBe("elsewhere");
  });

  test.each([
    [["/"], "/registry/secrets/a/b", "/registry"],
    [[], "/registry/cluster-b/secrets/a/b", "/registry/cluster-b"],
    [["/clusters"], "/clusters/one/registry/secrets/a/b", "/clusters/one/registry"],
  ])("with the prefixes %j: %s seems to lie under %s", (prefixes, key, prefix) => {
    const scope = scopeOf({ prefixes });
    countIn(scope, [folderNumber(scope, key)]);
    expect(scope.unlookedPrefixes()).toEqual([{ prefix, keys: 1, exampleKey: new Uint8Array(Buffer.from(key)) }]);
  });

  test("a folder that nothing knows is no prefix because a name in it sounds like a resource", () => {
    const scope = scopeOf({ allResources: true });
    const keys = ["/registry/newthings/pods/a", "/registry/newthings/secrets/a", "/registry/newthings/health/x"];
    for (const key of keys) countIn(scope, [folderNumber(scope, key)]);
    expect(scope.unlookedPrefixes()).toEqual([]);
    expect(placeOf(scope, keys[0] ?? "")).toMatchObject({ resource: "newthings", inScope: true });
  });

  test("values under a longer prefix are in the inventory of everything all the same", () => {
    const scope = scopeOf({ allResources: true });
    expect(placeOf(scope, "/registry/cluster-b/secrets/a/b")).toMatchObject({ resource: "cluster-b", ...COUNTED });
  });
});
