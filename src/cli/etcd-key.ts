import { InvalidArgumentError } from "commander";

const BASE64 = "base64:";

/**
 * An etcd key as its user names it: its text, or as reports print a key that is not plain text: quoted as JSON, an
 * object with `keyBase64`, or `base64:` and its bytes.
 */
export function etcdKey(value: string): Uint8Array {
  const key = value.startsWith(BASE64) ? fromBase64(value.slice(BASE64.length)) : fromText(value);
  if (key.length === 0) throw new InvalidArgumentError("it is empty.");
  return key;
}

function fromText(value: string): Uint8Array {
  if (!value.startsWith('"') && !value.startsWith("{")) return Buffer.from(value);
  const parsed = parse(value);
  if (typeof parsed === "string") return Buffer.from(parsed);
  const isObject = typeof parsed === "object" && parsed !== null;
  if (isObject && "keyBase64" in parsed && typeof parsed.keyBase64 === "string") return fromBase64(parsed.keyBase64);
  // A key may begin so and be no JSON.
  return Buffer.from(value);
}

function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "")) return bytes;
  throw new InvalidArgumentError("what follows base64: is no base64.");
}
