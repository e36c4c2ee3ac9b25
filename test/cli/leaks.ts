import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The text that every secret of the fixtures holds. */
const CANARY = "CANARY-";
/** Bytes of key material in a row that no output may have. */
const KEY_RUN_LENGTH = 8;

/** A byte string that no output may contain. `name` says what it is, without repeating it. */
export interface Forbidden {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The canary as it is, in hex, and in base64 at each of the three places in which it can stand. */
export function canaryForms(): Forbidden[] {
  const encodings = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(CANARY)]).toString("base64");
    // Only characters that the canary alone decides: bits at both ends belong to its neighbours.
    const start = Math.ceil((shift * 8) / 6);
    const end = Math.floor(((shift + CANARY.length) * 8) / 6);
    return { name: `canary in base64, shifted by ${shift}`, bytes: Buffer.from(encoded.slice(start, end)) };
  });
  return [
    { name: "canary", bytes: Buffer.from(CANARY) },
    { name: "canary in hex", bytes: Buffer.from(Buffer.from(CANARY).toString("hex")) },
    ...encodings,
  ];
}

/** Every run of 8 bytes of every key in a folder's configurations: raw, in hex, and the base64 text it stands in. */
export function keyMaterial(folder: string): Forbidden[] {
  const secrets = new Set(
    readdirSync(folder)
      .filter((name) => name.startsWith("encryption-config."))
      .flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(/secret:\s*(\S+)/g)])
      .map((match) => match[1] ?? ""),
  );
  return [...secrets].flatMap((secret) => {
    const key = Buffer.from(secret, "base64");
    return [
      ...runs(key, KEY_RUN_LENGTH).map((bytes) => ({ name: "key material", bytes })),
      ...runs(key, KEY_RUN_LENGTH).map((run) => ({
        name: "key material in hex",
        bytes: Buffer.from(run.toString("hex")),
      })),
      ...runs(Buffer.from(secret), 11).map((bytes) => ({ name: "key material in base64", bytes })),
    ];
  });
}

/** The names of what an output contains and must not. */
export function leaksIn(output: Buffer, forbidden: readonly Forbidden[]): string[] {
  return [...new Set(forbidden.filter(({ bytes }) => output.includes(bytes)).map(({ name }) => name))];
}

function runs(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.max(0, bytes.length - length + 1) }, (_, start) =>
    bytes.subarray(start, start + length),
  );
}
