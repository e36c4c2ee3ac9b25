import { describe, expect, it } from "vitest";
import { expectationFor } from "../../src/configuration/expectation.ts";
import { accepted, block, configurationText, KEY_A, KEY_B, local } from "./read.ts";
import { readVectorFile } from "./vector-file.ts";

const { encryptionConfigs, vectors } = readVectorFile<{
  readonly encryptionConfigs: Readonly<Record<string, unknown>>;
  readonly vectors: readonly {
    readonly config: string;
    readonly group: string;
    readonly resource: string;
    readonly writes: string;
    readonly keyName?: string;
  }[];
}>("resource-matching");

describe.each(Object.keys(encryptionConfigs))("under the configuration %s", (name) => {
  const configuration = accepted(JSON.stringify(encryptionConfigs[name]));
  it.each(vectors.filter(({ config }) => config === name))(
    "$resource of group '$group' is written by $writes",
    (vector) => {
      const resource = vector.group === "" ? vector.resource : `${vector.resource}.${vector.group}`;
      const expectation = expectationFor(configuration, resource);
      if (expectation.kind === "encrypt") {
        expect(expectation.writeKey).toEqual({ provider: vector.writes, name: vector.keyName });
      } else expect(vector.writes).toBe("identity");
    },
  );
});

describe("the expectation of a resource", () => {
  const text = configurationText(
    block("secrets", local("aescbc", ["b", KEY_B]), "identity: {}"),
    block("secrets, configmaps", local("secretbox", ["a", KEY_A], ["b", KEY_B])),
    block("'*.apps'", "identity: {}", local("aesgcm", ["c", KEY_A])),
  );
  const configuration = accepted(text);

  it("joins the blocks that name it, in the order of the file", () => {
    expect(expectationFor(configuration, "secrets")).toEqual({
      kind: "encrypt",
      rule: "secrets",
      line: 4,
      writeKey: { provider: "aescbc", name: "b" },
      readKeys: [
        { provider: "aescbc", name: "b" },
        { provider: "identity", name: null },
        { provider: "secretbox", name: "a" },
        { provider: "secretbox", name: "b" },
      ],
    });
  });

  it("is identity, with the keys that still read, where identity stands first", () => {
    expect(expectationFor(configuration, "deployments.apps")).toEqual({
      kind: "identity",
      rule: "*.apps",
      line: 11,
      readKeys: [
        { provider: "identity", name: null },
        { provider: "aesgcm", name: "c" },
      ],
    });
  });

  it("is not-covered where no rule applies", () => {
    expect(expectationFor(configuration, "pods")).toEqual({ kind: "not-covered" });
    expect(expectationFor(configuration, "secrets.example.com")).toEqual({ kind: "not-covered" });
  });
});
