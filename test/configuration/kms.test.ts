import { describe, expect, it } from "vitest";
import { accepted, block, configurationText, refused } from "./read.ts";

const kms = (fields: string) => configurationText(block("secrets", `kms: {name: plug, ${fields}}`));
const withTimeout = (timeout: string) => kms(`endpoint: "unix:///x", timeout: ${timeout}`);
const reasonOf = (text: string) => refused(text)[0]?.reason;

describe("a KMS provider", () => {
  it("has the API server's defaults", () => {
    expect(accepted(kms('endpoint: "unix:///x"')).rules[0]?.providers).toEqual([
      { kind: "kms-v1", line: 6, name: "plug", endpoint: "unix:///x", timeout: 3000, cacheSize: 1000 },
    ]);
    expect(accepted(kms('endpoint: "unix:///@x", apiVersion: v2')).rules[0]?.providers).toMatchObject([
      { kind: "kms-v2", timeout: 3000, cacheSize: null },
    ]);
  });

  it.each([
    ["500ms", 500],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["+2s", 2000],
    ["1us", 0.001],
  ])("waits %s", (timeout, milliseconds) => {
    expect(accepted(withTimeout(timeout)).rules[0]?.providers).toMatchObject([{ timeout: milliseconds }]);
  });

  it.each(['"0"', "-1s", "0.1ns", "0s"])("does not wait %s", (timeout) => {
    expect(reasonOf(withTimeout(timeout))).toMatchObject({ kind: "kms-timeout" });
  });

  it.each(['"3"', "1d", '"s"', '""', "9999999h", '"1s 2s"'])("has no timeout of %s", (timeout) => {
    expect(reasonOf(withTimeout(timeout))).toMatchObject({ kind: "wrong-type", expected: "duration" });
  });

  it.each(["unix:///run/kms.sock", "UNIX:///x", "unix:x", "unix://@name", "unix:///a%20b"])(
    "listens at %s",
    (endpoint) => {
      expect(accepted(kms(`endpoint: "${endpoint}"`)).rules).toHaveLength(1);
    },
  );

  it.each(["http://a", "/run/kms.sock", "tcp:1"])("does not listen at %s: not unix", (endpoint) => {
    expect(reasonOf(kms(`endpoint: "${endpoint}"`))).toMatchObject({ kind: "kms-scheme" });
  });

  it.each([":x", "unix:///%zz", "unix://a:b/", "a b:c", "unix:///a\\x01"])(
    "does not listen at %s: no URL",
    (endpoint) => {
      expect(reasonOf(kms(`endpoint: "${endpoint}"`))).toMatchObject({ kind: "kms-endpoint" });
    },
  );
});
