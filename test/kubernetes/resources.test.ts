import { describe, expect, it } from "vitest";
import { nearResources } from "../../src/kubernetes/resources.ts";

describe("a resource name that is not in the source", () => {
  it.each([
    ["secret", ["secrets"]],
    ["Secrets", ["secrets"]],
    ["sercets", ["secrets"]],
    ["secrets.core", ["secrets"]],
    ["deployments", ["deployments.apps"]],
    ["deploy", ["deployments.apps"]],
    ["ingress.networking.k8s.io", ["ingresses.networking.k8s.io"]],
    ["networkpolicy", ["networkpolicies.networking.k8s.io"]],
    ["xyzzy", []],
    ["", []],
  ])("%s is near to %j", (name, expected) => {
    expect(nearResources(name, [])).toEqual(expected);
  });

  it("may be near to a custom resource that the source holds", () => {
    expect(nearResources("widget", ["secrets", "widgets.example.com"])).toEqual(["widgets.example.com"]);
  });

  it("may be one plural in several groups: those in the source first", () => {
    expect(nearResources("events", ["events.example.com", "jobs.example.com"])).toEqual(["events.example.com"]);
    expect(nearResources("job", ["jobs.example.com"])).toEqual(["jobs.example.com", "jobs.batch"]);
  });

  it("has three suggestions at most", () => {
    const seen = ["a", "b", "c", "d"].map((group) => `widgets.${group}.example.com`);
    expect(nearResources("widgets", seen)).toEqual(seen.slice(0, 3));
  });
});
