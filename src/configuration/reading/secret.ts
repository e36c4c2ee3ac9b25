import { createHash } from "node:crypto";
import type { Base64Flaw } from "../refusal.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PLACEHOLDER = /^<.*>$|base ?-?64[ -_]*encoded/i;
/** SHA-256 of the sample value in Kubermatic's documentation, in which a character was lost. */
const KUBERMATIC_SAMPLE = "81d27b950b5e30df1cfe5d60cfa2af9f932deb29b08069bddc7e7abfcaf32bcc";

/** The bytes of a `secret`, or what it is instead. */
export type SecretReading =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "placeholder" }
  | { readonly kind: "flawed"; readonly flaw: Base64Flaw };

/** Decodes standard base64 with padding; line breaks inside are passed over (Go's encoding/base64 StdEncoding). */
export function readSecret(text: string): SecretReading {
  const compact = text.replace(/[\r\n]/g, "");
  if (BASE64.test(compact)) return { kind: "bytes", bytes: Uint8Array.from(Buffer.from(compact, "base64")) };
  if (PLACEHOLDER.test(text)) return { kind: "placeholder" };
  return { kind: "flawed", flaw: flawOf(compact) };
}

function flawOf(text: string): Base64Flaw {
  if (createHash("sha256").update(text).digest("hex") === KUBERMATIC_SAMPLE) return "documentation-sample";
  if (/\$\{|\{\{|\$\(/.test(text)) return "template";
  if (text.includes("$")) return "dollar-sign";
  if (/[ \t]/.test(text)) return "blank";
  if (/^[A-Za-z0-9_-]+={0,2}$/.test(text) && /[-_]/.test(text)) return "url-alphabet";
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? "padding" : "other-character";
}
