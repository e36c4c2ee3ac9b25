import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/model/secret.ts";

describe("Secret", () => {
  const secret = new Secret("hunter2-canary");

  it("gives its text to the one who asks for it", () => {
    expect(secret.reveal()).toBe("hunter2-canary");
  });

  it("is redacted wherever it could be printed", () => {
    const options = { user: { name: "root", password: secret } };
    const printed = [
      `${secret}`,
      JSON.stringify(options),
      inspect(options, { depth: 9, showHidden: true }),
      format("%s %o %j %O", secret, secret, secret, secret),
      Object.values(secret).join(),
    ];
    expect(printed.join("\n")).not.toContain("canary");
    expect(JSON.stringify(options)).toContain("[redacted]");
  });
});
