import type { Configuration } from "../../src/configuration/configuration.ts";
import { readConfiguration } from "../../src/configuration/read-configuration.ts";
import type { Refusal } from "../../src/configuration/refusal.ts";

/** A key that no documentation shows; tests only. */
export const KEY_A = "oAaWS08RfUWpM/T9SbDeviTWbFdMKEdMi2uNYE5zv2w=";
export const KEY_B = "JmNo5+ZLq4Fg3iDloBZ+/MV0hb9y5oN9hJVv+2vpo24=";

/** The text of a configuration with these entries of `resources`. */
export function configurationText(...blocks: readonly string[]): string {
  return `kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n${blocks.join("")}`;
}

/** One entry of `resources` in flow style; `providers` are given as YAML. */
export function block(resources: string, ...providers: readonly string[]): string {
  return `- resources: [${resources}]\n  providers:\n${providers.map((provider) => `  - ${provider}\n`).join("")}`;
}

export function local(provider: string, ...keys: readonly (readonly [name: string, secret: string])[]): string {
  return `${provider}: {keys: [${keys.map(([name, secret]) => `{name: "${name}", secret: "${secret}"}`).join(", ")}]}`;
}

/** Reads what must be accepted. */
export function accepted(content: string | Uint8Array, path = "config.yaml"): Configuration {
  const reading = readConfiguration(path, Buffer.from(content));
  if (reading.kind === "refused") throw new Error(`refused: ${JSON.stringify(reading.refusals)}`);
  return reading.configuration;
}

/** Reads what must be refused. */
export function refused(content: string | Uint8Array): readonly Refusal[] {
  const reading = readConfiguration("config.yaml", Buffer.from(content));
  if (reading.kind === "accepted") throw new Error("accepted");
  return reading.refusals;
}
