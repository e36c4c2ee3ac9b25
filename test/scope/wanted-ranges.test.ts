import { describe, expect, it } from "vitest";
import type { KeyRange } from "../../src/model/key-range.ts";
import { Scope } from "../../src/scope/scope.ts";
import type { ScopeOptions } from "../../src/scope/scope-options.ts";
import { wantedRanges } from "../../src/scope/wanted-ranges.ts";

const DEFAULTS: ScopeOptions = { prefixes: [], resources: [], allResources: false, namespaces: [] };

function wanted(options: Partial<ScopeOptions>) {
  return wantedRanges(new Scope({ ...DEFAULTS, ...options }));
}

function text({ key, rangeEnd }: KeyRange): string {
  return [key, rangeEnd].map((bytes) => JSON.stringify(Buffer.from(bytes).toString())).join(" ");
}

/** Whether etcd would give a key in answer to a range; `\0` as the end stands for all keys from the beginning on. */
function holds({ key, rangeEnd }: KeyRange, name: string): boolean {
  const bytes = Buffer.from(name);
  const isOpen = rangeEnd.length === 1 && rangeEnd[0] === 0;
  return Buffer.compare(bytes, key) >= 0 && (isOpen || Buffer.compare(bytes, rangeEnd) < 0);
}

describe("wantedRanges", () => {
  it("are the secrets under each default prefix, no wider", () => {
    const { prefixes, arePrefixesNamed } = wanted({});
    expect(arePrefixesNamed).toBe(false);
    expect(prefixes.map(({ prefix, values }) => [prefix, ...values.map(text)])).toEqual([
      ["/kubernetes.io", '"/kubernetes.io/secrets/" "/kubernetes.io/secrets0"'],
      ["/openshift.io", '"/openshift.io/secrets/" "/openshift.io/secrets0"'],
      ["/registry", '"/registry/secrets/" "/registry/secrets0"'],
    ]);
  });

  it("are the folders of every audited resource; a custom one's definitions besides", () => {
    const [prefix] = wanted({
      prefixes: ["/x"],
      resources: ["deployments.apps", "crontabs.stable.example.com"],
    }).prefixes;
    expect(prefix?.values.map((range) => Buffer.from(range.key).toString())).toEqual([
      "/x/deployments/",
      "/x/secrets/",
      "/x/stable.example.com/crontabs/",
    ]);
    expect(prefix?.definitions && text(prefix.definitions)).toBe(
      '"/x/apiextensions.k8s.io/customresourcedefinitions/" "/x/apiextensions.k8s.io/customresourcedefinitions0"',
    );
  });

  it("ask for no definitions that a narrow role need not read", () => {
    expect(wanted({ prefixes: ["/x"] }).prefixes[0]?.definitions).toBeNull();
    expect(wanted({ prefixes: ["/x"], resources: ["deployments.apps"] }).prefixes[0]?.definitions).toBeNull();
    const own = "customresourcedefinitions.apiextensions.k8s.io";
    expect(wanted({ prefixes: ["/x"], resources: [own] }).prefixes[0]?.definitions).toBeNull();
  });

  it("are whole prefixes with all resources, also the root", () => {
    expect(wanted({ prefixes: ["/x"], allResources: true }).prefixes[0]?.values.map(text)).toEqual(['"/x/" "/x0"']);
    expect(wanted({ prefixes: ["/"], allResources: true }).prefixes[0]?.values.map(text)).toEqual(['"/" "0"']);
  });

  it.each([[["/registry"]], [["/"]], [["/a", "/b"]], [["/a", "/a/b"]], [["/a/b", "/a/c"]], [[]]])(
    "leave no key between %j and the gaps",
    (prefixes) => {
      const { prefixes: found, gaps } = wanted({ prefixes });
      const keys = [
        "!",
        "/",
        "/A",
        "/a",
        "/a/",
        "/a/b",
        "/a/b/c",
        "/a/c/d",
        "/a0",
        "/b/x",
        "/registry",
        "/registry/x",
        "/registry0",
        "a",
        "\u{10ffff}",
      ];
      const ranges = [...found.map(({ whole }) => whole), ...gaps];
      expect(keys.filter((key) => !ranges.some((range) => holds(range, key)))).toEqual([]);
    },
  );

  it("look for the key by which API servers agree on compaction", () => {
    const { gaps } = wanted({});
    const exact = gaps.filter((range) => holds(range, "compact_rev_key") && !holds(range, "compact_rev_key2"));
    expect(exact).toHaveLength(1);
  });
});
