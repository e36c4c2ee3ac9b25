import { describe, expect, it } from "vitest";
import { parseEndpoint } from "../../../src/etcd/client/endpoint.ts";

describe("parseEndpoint", () => {
  it.each([
    ["127.0.0.1:2379", "dns:127.0.0.1:2379", false],
    ["https://etcd-1.example:2379", "dns:etcd-1.example:2379", true],
    ["HTTP://etcd-1.example:2379/", "dns:etcd-1.example:2379", false],
    ["https://[::1]:2380", "ipv6:[::1]:2380", true],
    ["etcd", "dns:etcd:2379", false],
    ["unix:///run/etcd.sock", "unix:/run/etcd.sock", false],
    [" unixs:///run/etcd.sock ", "unix:/run/etcd.sock", true],
  ])("reads %s", (text, target, secure) => {
    expect(parseEndpoint(text, false)).toMatchObject({ target, secure });
  });

  it("speaks TLS without a scheme when TLS is set up, and never with http://", () => {
    expect(parseEndpoint("etcd:2379", true).secure).toBe(true);
    expect(parseEndpoint("http://etcd:2379", true).secure).toBe(false);
  });

  it.each(["", "://", "ftp://etcd:21", "http://", "etcd:0", "etcd:99999", "etcd:2379/v3", "a b:2379", "unix://"])(
    "refuses %j",
    (text) => {
      expect(() => parseEndpoint(text, false)).toThrow(expect.objectContaining({ code: "bad-endpoint" }));
    },
  );

  it("does not repeat a password that was written into an endpoint", () => {
    for (const text of ["http://root:canary@etcd:2379", "root:can/ary@etcd", "https://root:ca@nary@etcd:1"]) {
      expect(() => parseEndpoint(text, false)).toThrow(/\[redacted\]@etcd/);
      expect(() => parseEndpoint(text, false)).not.toThrow(/nary|canary|ary@/);
    }
  });

  it("does not repeat what follows a question mark, nor a user of a scheme that is none", () => {
    const texts = [
      "etcd:1/?token=canary",
      "etcd:1/?token=can@ary",
      "http://u:ca?n@ary@etcd",
      "ftp://root:canary@etcd:21",
    ];
    for (const text of texts) {
      expect(() => parseEndpoint(text, false)).toThrow(expect.objectContaining({ code: "bad-endpoint" }));
      expect(() => parseEndpoint(text, false)).not.toThrow(/nary|canary|ary@|@ary|ca\?/);
    }
  });
});
