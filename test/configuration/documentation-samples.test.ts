import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lint } from "../../src/configuration/lint/index.ts";
import { lintMessage, lintRemedy } from "../../src/configuration/lint/words.ts";
import { readConfiguration } from "../../src/configuration/read-configuration.ts";

function lintSample(name: string) {
  const path = `${name}.yaml`;
  const bytes = readFileSync(new URL(`../fixtures/documentation/${path}`, import.meta.url));
  return lint([{ mode: 0o600, reading: readConfiguration(path, bytes) }]);
}

const shown = (name: string) =>
  lintSample(name).map(({ line, detail }) => `${line} ${detail.kind}: ${lintMessage(detail)}`);

describe("samples of public documentation", () => {
  it("the 1.11 page's sample with broken indentation is refused with its line", () => {
    expect(shown("kubernetes-1.11-kms")).toEqual([
      "11 config-refused: the API server refuses this configuration: not readable as YAML: this line is not indented as the block it belongs to",
    ]);
  });

  it("the 1.11 page's blank before a colon is valid", () => {
    expect(lintSample("kubernetes-1.11-kms-blank-before-colon").map(({ line, detail }) => [line, detail.kind])).toEqual(
      [
        [1, "config-legacy-kind"],
        [7, "config-kms-v1"],
      ],
    );
  });

  it("the 1.13 page's three published keys and its identity in front are named", () => {
    const results = lintSample("kubernetes-1.13-providers").map(({ line, detail }) => [
      line,
      detail.kind,
      "key" in detail ? `${detail.key.provider}/${detail.key.name}` : "",
    ]);
    expect(results).toEqual([
      [7, "config-identity-first", ""],
      [11, "config-published-key", "aesgcm/key1"],
      [13, "config-published-key", "aesgcm/key2"],
      [17, "config-published-key", "aescbc/key1"],
      [17, "config-repeated-key", "aescbc/key1"],
      [19, "config-published-key", "aescbc/key2"],
      [19, "config-repeated-key", "aescbc/key2"],
      [23, "config-published-key", "secretbox/key1"],
    ]);
  });

  it("the placeholder of the documentation is named as such", () => {
    expect(shown("kubernetes-new-configuration")).toEqual([
      "10 config-refused: the API server refuses this configuration: resources[0].providers[0].aescbc.keys[0].secret: the placeholder of the documentation stands where a key belongs",
    ]);
  });

  it("Kubermatic's sample key, in which a `$` is not base64, is named as such", () => {
    expect(shown("kubermatic-rendered")).toEqual([
      "10 config-refused: the API server refuses this configuration: resources[0].providers[0].secretbox.keys[0].secret: secrets must be base64 encoded: it is the sample of Kubermatic's documentation, which holds a `$`",
    ]);
  });

  it("a Cluster of Kubermatic is no EncryptionConfiguration: the rendered file is asked for", () => {
    const [result] = lintSample("kubermatic-cluster");
    expect(result).toMatchObject({ line: 2, detail: { kind: "config-refused", reason: { kind: "other-kind" } } });
    expect(result && lintMessage(result.detail)).toContain('kind "Cluster", apiVersion "kubermatic.k8c.io/v1"');
    expect(result && lintRemedy(result.detail)).toContain("rendered");
  });
});
