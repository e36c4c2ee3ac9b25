import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefixBytes } from "../../src/kubernetes/prefix.ts";
import { folderLength, registryFolder } from "../../src/kubernetes/registry-folder.ts";
import { splitKey, told } from "./split-key.ts";

describe("a key under /registry", () => {
  it.each([
    ["/registry/secrets/payments/card", "secrets built-in payments card"],
    ["/registry/secrets/payments", "secrets built-in null payments"],
    ["/registry/secrets/payments/deep/er", "secrets built-in payments deep/er"],
    ["/registry/secrets/payments/", "secrets built-in payments null"],
    ["/registry/secrets//card", "secrets built-in null /card"],
    ["/registry/secrets", "secrets built-in null null"],
    ["/registry/secrets-extra/payments/other", "secrets-extra unknown payments other"],
    ["/registry/secretstores/payments/other", "secretstores unknown payments other"],
    ["/registry/services/specs/default/kubernetes", "services built-in default kubernetes"],
    ["/registry/services/endpoints/default/kubernetes", "endpoints built-in default kubernetes"],
    ["/registry/services/specsheet/default/x", "services unknown specsheet default/x"],
    ["/registry/minions/cp-1", "nodes built-in null cp-1"],
    ["/registry/controllers/default/rc", "replicationcontrollers built-in default rc"],
    ["/registry/ingress/default/web", "ingresses.networking.k8s.io built-in default web"],
    ["/registry/clusterroles/system:node", "clusterroles.rbac.authorization.k8s.io built-in null system:node"],
    ["/registry/ranges/serviceips", "ranges never-encrypted null serviceips"],
    ["/registry/masterleases/10.0.0.1", "masterleases never-encrypted null 10.0.0.1"],
    ["/registry/peerserverleases/a", "peerserverleases never-encrypted null a"],
    ["/registry/health", "health never-encrypted null null"],
    ["/registry/example.com/widgets/default/one", "widgets.example.com custom-resource default one"],
    ["/registry/example.com/widgets/one", "widgets.example.com custom-resource null one"],
    ["/registry/example.com/widgets", "widgets.example.com custom-resource null null"],
    ["/registry/example.com", "example.com unknown null null"],
    ["/registry/openshift.io/oauth/accesstokens/tok1", "oauth.openshift.io custom-resource accesstokens tok1"],
    ["/registry/routes/default/web", "routes unknown default web"],
    ["/registry/foo", "foo unknown null null"],
    ["/registry//secrets/payments/card", "secrets built-in payments card"],
    ["/registry2/secrets/payments/card", "none"],
    ["/registry", "none"],
    ["/registry/", "none"],
    ["compact_rev_key", "none"],
    ["", "none"],
  ])("%s is %s", (key, expected) => {
    expect(told("/registry", key)).toBe(expected);
  });
});

describe("a key under another prefix", () => {
  it.each([
    ["/", "/secrets/payments/card", "secrets built-in payments card"],
    ["/", "/services/specs/default/web", "services built-in default web"],
    ["/", "/registry/secrets/payments/card", "registry unknown secrets payments/card"],
    ["/custom.example.com/registry", "/custom.example.com/registry/secrets/a/b", "secrets built-in a b"],
    ["registry/secrets", "/registry/secretstores/a/b", "none"],
    ["/kubernetes.io", "/kubernetes.io/secrets/a/b", "secrets built-in a b"],
  ])("with prefix %s, %s is %s", (prefix, key, expected) => {
    expect(told(prefix, key)).toBe(expected);
  });
});

describe("a resource that OpenShift stores", () => {
  it.each([
    ["/openshift.io", "/openshift.io/routes/default/web", "routes.route.openshift.io openshift default web"],
    ["/openshift.io", "/openshift.io/oauth/accesstokens/t", "oauthaccesstokens.oauth.openshift.io openshift null t"],
    ["/openshift.io", "/openshift.io/oauth/clients/c", "oauthclients.oauth.openshift.io openshift null c"],
    ["/openshift.io", "/openshift.io/oauth/other/c", "oauth unknown other c"],
    ["/openshift.io", "/openshift.io/useridentities/ldap:u", "identities.user.openshift.io openshift null ldap:u"],
    [
      "/openshift.io",
      "/openshift.io/registry/sdnsubnets/node-1",
      "hostsubnets.network.openshift.io openshift null node-1",
    ],
    [
      "/openshift.io",
      "/openshift.io/authorization/local/policies/default/default",
      "policies.authorization.openshift.io openshift default default",
    ],
    ["openshift.io/", "/openshift.io/users/ann", "users.user.openshift.io openshift null ann"],
    ["/a/openshift.io", "/a/openshift.io/images/sha256:0", "images.image.openshift.io openshift null sha256:0"],
    [
      "/kubernetes.io",
      "/kubernetes.io/securitycontextconstraints/anyuid",
      "securitycontextconstraints.security.openshift.io openshift null anyuid",
    ],
    ["/kubernetes.io", "/kubernetes.io/oauth/accesstokens/t", "oauth unknown accesstokens t"],
    ["/notopenshift.io", "/notopenshift.io/routes/default/web", "routes unknown default web"],
  ])("with prefix %s, %s is %s", (prefix, key, expected) => {
    expect(told(prefix, key)).toBe(expected);
  });
});

describe("a resource that Kubernetes no longer has", () => {
  it.each([
    ["podsecuritypolicy/restricted", "podsecuritypolicies.policy built-in null restricted"],
    ["podpresets/default/p", "podpresets.settings.k8s.io built-in default p"],
    ["clustercidrs/c", "clustercidrs.networking.k8s.io built-in null c"],
    ["podschedulingcontexts/default/p", "podschedulingcontexts.resource.k8s.io built-in default p"],
    ["resourceclasses/c", "resourceclasses.resource.k8s.io built-in null c"],
    ["resourceclaimparameters/default/p", "resourceclaimparameters.resource.k8s.io built-in default p"],
    ["resourceclassparameters/default/p", "resourceclassparameters.resource.k8s.io built-in default p"],
    ["initializerconfigurations/i", "initializerconfigurations.admissionregistration.k8s.io built-in null i"],
    ["auditsinks/a", "auditsinks.auditregistration.k8s.io built-in null a"],
    ["thirdpartyresources/t", "thirdpartyresources.extensions built-in null t"],
    ["apiservices/v1.apps", "apiservices.apiregistration.k8s.io built-in null v1.apps"],
  ])("%s is %s", (key, expected) => {
    expect(told("/registry", `/registry/${key}`)).toBe(expected);
  });
});

const segment = fc.oneof(
  fc.constantFrom("secrets", "services", "specs", "oauth", "accesstokens", "authorization", "local", "policies"),
  fc.constantFrom("example.com", "widgets", "registry", "sdnsubnets", "", "minions", "a.b", "apiextensions.k8s.io"),
  fc.string(),
);
const prefix = fc.constantFrom("/registry", "/openshift.io", "/kubernetes.io", "/", "/a.b/c");

describe("any key", () => {
  it("is split so that its parts give it back", () => {
    fc.assert(
      fc.property(prefix, fc.array(segment, { maxLength: 6 }), (under, segments) => {
        const begin = Buffer.from(prefixBytes(under)).toString();
        const key = begin + segments.join("/");
        const split = splitKey(under, key);
        // Only slashes after the prefix name nothing; a segment may itself be one.
        expect(split === null).toBe(/^\/*$/.test(segments.join("/")));
        if (split === null) return;
        const name = split.name ?? "";
        expect(split.namespace === null ? name : `${split.namespace}/${name}`).toBe(split.rest);
        expect(begin + split.folderText + split.rest).toBe(key);
        expect(split.folder.resource).not.toMatch(/^$|^\/|\/$/);
        if (split.rest !== "") expect(split.folderText.endsWith("/")).toBe(true);
      }),
    );
  });

  it("has the same folder whatever stands after it", () => {
    fc.assert(
      fc.property(prefix, fc.array(segment, { maxLength: 6 }), fc.string(), (under, segments, ending) => {
        const key = Buffer.from(prefixBytes(under)).toString() + segments.join("/");
        const split = splitKey(under, key);
        if (split === null || split.rest === "") return;
        expect(splitKey(under, key + ending)?.folderText).toBe(split.folderText);
      }),
    );
  });

  it("is looked at inside its own bytes only", () => {
    const begin = prefixBytes("/openshift.io");
    const around = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(around, fc.boolean(), fc.array(segment), around, (before, inside, segments, after) => {
        const key = Buffer.concat([inside ? begin : new Uint8Array(0), Buffer.from(segments.join("/"))]);
        const alone = folderLength(begin, key, 0, key.length);
        expect(alone === -1 || (alone > begin.length && alone <= key.length)).toBe(true);
        for (const surroundings of [after, Buffer.from("/specs/"), Buffer.from(".")]) {
          const bytes = Buffer.concat([before, key, surroundings]);
          expect(folderLength(begin, bytes, before.length, key.length)).toBe(alone);
        }
      }),
    );
  });
});

it.each([
  ["/registry/", "/regi", "stry/secrets/a", -1],
  ["/registry/", "/registry", "/secrets/a", -1],
  ["/registry/", "/registry/services", "/specs/a/b", 18],
  ["/registry/", "/registry/services/sp", "ecs/a/b", 19],
  ["/registry/", "/registry/example.com/wid", "gets/a/b", 25],
  ["/openshift.io/", "/openshift.io/oauth/client", "s/a", 20],
])("under %s a key that ends after %s does not go on with the bytes after it", (begin, key, after, expected) => {
  expect(folderLength(Buffer.from(begin), Buffer.from(`..${key}${after}`), 2, key.length)).toBe(expected);
});

it("a folder is told with and without slashes at its ends", () => {
  expect(registryFolder("/openshift.io/", "/oauth/clients/")).toEqual(registryFolder("openshift.io", "oauth/clients"));
});
