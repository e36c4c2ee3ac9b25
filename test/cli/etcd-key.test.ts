import { describe, expect, test } from "vitest";
import { etcdKey } from "../../src/cli/etcd-key.ts";
import { keyLine } from "../../src/report/escape.ts";

const textOf = (value: string) => Buffer.from(etcdKey(value)).toString("latin1");

describe("a key on the command line", () => {
  test.each([
    ["/registry/secrets/a/b", "/registry/secrets/a/b"],
    ['"/registry/secrets/a/\\u0007b"', "/registry/secrets/a/\u0007b"],
    ["base64:L2E=", "/a"],
    ["base64:L2E", "/a"],
    ['{"keyBase64":"/w=="}', "\xff"],
    ["{brace", "{brace"],
    ['"quote', '"quote'],
    ['{"other":1}', '{"other":1}'],
  ])("%s", (value, expected) => {
    expect(textOf(value)).toBe(expected);
  });

  test.each(["/registry/secrets/a/b", "\x00\x1b[31m", "\xff\xfe", '"quoted"', "{brace}"])(
    "as a report prints it is the key that was printed: %j",
    (key) => {
      expect(textOf(keyLine(Buffer.from(key, "latin1")).text)).toBe(key);
    },
  );

  test.each(["", '""', "base64:", "base64:*", '{"keyBase64":"%"}'])("%j is refused", (value) => {
    expect(() => etcdKey(value)).toThrow(/empty|base64/);
  });
});
