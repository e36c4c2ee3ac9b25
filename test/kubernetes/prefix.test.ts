import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_PREFIXES, normalizePrefix, prefixBytes, prefixOfForeignKey } from "../../src/kubernetes/prefix.ts";

const PROTOBUF = Buffer.from("k8s\0\n\f\n\x02v1");
const ENCRYPTED = Buffer.from("k8s:enc:aescbc:v1:key1:...");
const JSON_OF_WIDGETS = Buffer.from('{"apiVersion":"example.com/v1","kind":"Widget","metadata":{');
const CBOR = Uint8Array.of(0xd9, 0xd9, 0xf7, 0xa4);

describe("a prefix", () => {
  it.each([
    ["registry", "/registry", "/registry/"],
    ["/registry/", "/registry", "/registry/"],
    ["/a//b/", "/a/b", "/a/b/"],
    ["a/./b/../c", "/a/c", "/a/c/"],
    ["/", "/", "/"],
    ["", "/", "/"],
  ])("%s is %s, and its keys begin with %s", (given, normalized, begin) => {
    expect(normalizePrefix(given)).toBe(normalized);
    expect(Buffer.from(prefixBytes(given)).toString()).toBe(begin);
  });

  it("that is looked for by default is normalized", () => {
    expect(DEFAULT_PREFIXES.map(normalizePrefix)).toEqual(DEFAULT_PREFIXES);
  });
});

describe("a key outside the known prefixes", () => {
  it.each([
    ["/custom.example.com/registry/secrets/a/b", "/custom.example.com/registry", ENCRYPTED],
    ["/custom.example.com/registry/namespaces/a", "/custom.example.com/registry", PROTOBUF],
    ["/custom.example.com/registry/ranges/serviceips", "/custom.example.com/registry", PROTOBUF],
    ["/custom.example.com/registry/services/specs/a/b", "/custom.example.com/registry", PROTOBUF],
    ["/custom.example.com/registry/example.com/widgets/a/b", "/custom.example.com/registry", JSON_OF_WIDGETS],
    ["/custom.example.com/registry/example.com/widgets/a/b", "/custom.example.com/registry", ENCRYPTED],
    ["/custom.example.com/registry/example.com/widgets/b", "/custom.example.com/registry", CBOR],
    ["/secrets/a/b", "/", ENCRYPTED],
    ["/tenant-1/podsecuritypolicy/restricted", "/tenant-1", PROTOBUF],
    ["/a/openshift.io/oauth/accesstokens/t", "/a/openshift.io", ENCRYPTED],
    ["/a/apiregistration.k8s.io/apiservices/v1.apps", "/a", Buffer.from('{"kind":"APIService","apiVersion":"x/v1"')],
    ["/a/jobs/example.com/jobs/b", "/a/jobs", Buffer.from('{ "kind": "Job", "apiVersion": "example.com/v1"')],
  ])("%s lies under %s", (key, prefix, value) => {
    expect(prefixOfForeignKey(key, value)).toBe(prefix);
  });

  it.each([
    ["has a value of another program", "/app/secrets/a/b", Buffer.from("hello")],
    ["has JSON that is no object of Kubernetes", "/app/secrets/a/b", Buffer.from('{"name":"x","kind":"y"}')],
    ["has an empty value", "/app/secrets/a/b", Buffer.alloc(0)],
    ["has a name too few", "/app/secrets/a", PROTOBUF],
    ["has a folder that nothing explains", "/app/things/a/b", ENCRYPTED],
    ["has protobuf where a custom resource would be", "/app/example.com/widgets/a/b", PROTOBUF],
    ["has JSON of no group where a custom resource would be", "/app/example.com/widgets/a", Buffer.from('{"kind":"x"')],
    ["begins without a slash", "secrets/a/b", PROTOBUF],
    ["has a double slash", "/app//secrets/a/b", PROTOBUF],
    ["is kube-apiserver's own mark", "compact_rev_key", Buffer.from("12")],
    [
      "is Calico's",
      "/calico/resources/v3/projectcalico.org/networkpolicies/a/b",
      Buffer.from('{"kind":"NetworkPolicy","apiVersion":"projectcalico.org/v3"'),
    ],
  ])("that %s tells no prefix", (_, key, value) => {
    expect(prefixOfForeignKey(key, value)).toBeNull();
  });

  it("tells a normalized prefix that it lies under, whatever it holds", () => {
    const segments = fc.array(fc.oneof(fc.constantFrom("secrets", "example.com", "pods", "a"), fc.string()));
    fc.assert(
      fc.property(segments, fc.constantFrom(PROTOBUF, ENCRYPTED, JSON_OF_WIDGETS, CBOR), (parts, value) => {
        const key = `/${parts.join("/")}`;
        const prefix = prefixOfForeignKey(key, value);
        if (prefix !== null) expect(key.startsWith(prefix === "/" ? "/" : `${prefix}/`)).toBe(true);
      }),
    );
  });
});
