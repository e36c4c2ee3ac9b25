import { describe, expect, it } from "vitest";
import { pluginAddress } from "../../src/kms/plugin-address.ts";

describe("pluginAddress", () => {
  it.each([
    ["unix:///run/kms.sock", "/run/kms.sock"],
    ["UNIX:///run/kms.sock", "/run/kms.sock"],
    ["unix:/run/kms.sock", "/run/kms.sock"],
    ["unix://host/run/kms.sock?a=b#c", "/run/kms.sock"],
    ["unix:///run/a%20b.sock", "/run/a b.sock"],
    ["unix:////run//kms.sock", "//run//kms.sock"],
    ["unix:///run/@kms.sock", "/run/@kms.sock"],
  ])("%s is the socket %s", (endpoint, path) => {
    expect(pluginAddress(endpoint)).toEqual({ target: `unix://${path}`, path });
  });

  it("takes an @ in front for the abstract namespace", () => {
    expect(pluginAddress("unix:///@kms/one")).toEqual({ target: "unix:\0kms/one", path: "\0kms/one" });
  });

  it.each([
    "",
    "unix:",
    "unix:///",
    "unix://host",
    "unix:kms.sock",
    "tcp:///run/kms.sock",
    "unix:///%zz",
    "unix:///a%00b",
  ])("finds no socket in '%s'", (endpoint) => expect(pluginAddress(endpoint)).toBeUndefined());
});
