import type { DocumentNode } from "./document-node.ts";

const TAG = "tag:yaml.org,2002:";
const BOOLEAN = /^(?:[yY]|yes|Yes|YES|true|True|TRUE|on|On|ON|[nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:|~|null|Null|NULL)$/;
const INFINITE_OR_NAN = /^(?:\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF))$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const FLOAT_FROM_POINT = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+)?$/;
const LONGEST_NUMBER = 2n ** 64n;
const SMALLEST_NUMBER = -(2n ** 63n);

/** What a scalar of YAML says. `unfit`: its tag does not go with its text. */
export type ScalarReading = DocumentNode | "unfit";

/**
 * What a plain or tagged scalar is to the API server's YAML 1.1 reader (go.yaml.in/yaml/v2 resolve.go): it differs
 * from YAML 1.2 (`yes` is a boolean, `010` is 8) and from YAML 1.1 as others read it (`1:20` is text).
 * @param tag the explicit tag in its long form, or null
 */
export function readScalar(text: string, tag: string | null, line: number): ScalarReading {
  if (tag === null) return untagged(text, line);
  if (tag === `${TAG}binary`) return binary(text, line);
  if (!tag.startsWith(TAG) || tag === `${TAG}str`) return { kind: "text", line, text };
  const node = untagged(text, line);
  switch (tag.slice(TAG.length)) {
    case "null":
      return node.kind === "null" ? node : "unfit";
    case "bool":
      return node.kind === "boolean" ? node : "unfit";
    case "int":
      return node.kind === "number" && INTEGER.test(text.replaceAll("_", "")) ? node : "unfit";
    case "float":
      return node.kind === "number" ? node : "unfit";
    default:
      return { kind: "text", line, text };
  }
}

function untagged(text: string, line: number): DocumentNode {
  if (NULL.test(text)) return { kind: "null", line };
  if (BOOLEAN.test(text)) return { kind: "boolean", line, value: /^(?:y|on|true)/i.test(text) };
  if (INFINITE_OR_NAN.test(text)) return { kind: "number", line, integer: null };
  const value = text.startsWith(".") ? fromPoint(text) : number(text);
  if (value === undefined) return { kind: "text", line, text };
  return { kind: "number", line, integer: Number.isSafeInteger(value) ? value : null };
}

function fromPoint(text: string): number | undefined {
  return FLOAT_FROM_POINT.test(text) ? finite(Number(text.replaceAll("_", ""))) : undefined;
}

function number(text: string): number | undefined {
  if (!/^[-+0-9]/.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const parts = INTEGER.exec(plain);
  if (parts !== null) {
    const [, sign, hexadecimal, binaryDigits, octal, decimal] = parts;
    const magnitude = BigInt(
      hexadecimal !== undefined
        ? `0x${hexadecimal}`
        : binaryDigits !== undefined
          ? `0b${binaryDigits}`
          : octal !== undefined
            ? `0o${octal}`
            : (decimal ?? "0"),
    );
    const value = sign === "-" ? -magnitude : magnitude;
    if (value >= SMALLEST_NUMBER && value < LONGEST_NUMBER) return Number(value);
  }
  return FLOAT.test(plain) ? finite(Number(plain)) : undefined;
}

/** Too large for a 64-bit float is no number, and so text. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function binary(text: string, line: number): ScalarReading {
  const compact = text.replace(/[\r\n]/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) return "unfit";
  return { kind: "text", line, text: Buffer.from(compact, "base64").toString("utf8") };
}
