import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../src/configuration/read-configuration.ts";
import { refusalMessage } from "../../src/configuration/refusal-words.ts";
import { readVectorFile } from "./vector-file.ts";

interface Verdict {
  readonly accepted: boolean;
  readonly error?: string;
}

const { vectors } = readVectorFile<{
  readonly vectors: readonly {
    readonly name: string;
    readonly text: string;
    readonly plain: Verdict;
    readonly withReload: Verdict;
  }[];
}>("config-validation");

describe.each(vectors)("the configuration '$name'", ({ text, plain, withReload }) => {
  it("is accepted or refused as the API server does", () => {
    expect(readConfiguration("config.yaml", Buffer.from(text)).kind).toBe(plain.accepted ? "accepted" : "refused");
  });

  it("is accepted or refused as the API server does under automatic reload", () => {
    const reading = readConfiguration("config.yaml", Buffer.from(text), { automaticReload: true });
    expect(reading.kind).toBe(withReload.accepted ? "accepted" : "refused");
  });

  it("is refused for the API server's first reason, with the same field path", () => {
    const reading = readConfiguration("config.yaml", Buffer.from(text), { automaticReload: true });
    const path = /file: (resources\[[^:]*): /.exec(withReload.error ?? "")?.[1];
    if (reading.kind === "accepted" || path === undefined) return;
    expect(reading.refusals.map(({ reason }) => refusalMessage(reason)).join("\n")).toContain(path);
  });
});

it("covers every vector", () => {
  expect(vectors.length).toBeGreaterThanOrEqual(63);
});
