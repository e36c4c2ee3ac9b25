import { Buffer } from "node:buffer";
import type { KekVersion } from "./prefix.ts";

/** One annotation of a KMS v2 object. */
export type Annotation = readonly [key: string, value: Uint8Array];

/** Vault transit (`vault:v3:...`) and Ncloud (`ncpkms:v2:...`) put the key's version in front of the wrapped DEK. */
const VERSION_IN_FRONT = /^(?:vault|ncpkms):v\d{1,10}(?=:)/;
/** Alibaba Cloud names the version in an annotation and in front of the wrapped DEK, inside its base64. */
const ALIBABA_ANNOTATION = "x-acs-kms-key-version-id";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const BASE64_OF_UUID_LENGTH = 48;
const LONGEST_VERSION = 20;
/** How much of an unknown wrapped DEK is taken for a header that may be constant. */
const HEADER_LENGTH = 16;
/** Real ones have some hundred bytes; each header's first wrapped DEK is kept. */
const LONGEST_WATCHED_DEK = 8 * 1024;
const LONGEST_ANNOTATION_VERSION = 253;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** The version of the remote key that a wrapped DEK or an annotation shows; null when nothing does. */
export function kekVersionOf(wrappedDek: Uint8Array, annotations: readonly Annotation[]): KekVersion | null {
  const version = annotatedVersion(annotations) ?? versionInFront(wrappedDek);
  if (version !== null) return { kind: "named", version };
  if (wrappedDek.length <= HEADER_LENGTH || wrappedDek.length > LONGEST_WATCHED_DEK) return null;
  return { kind: "header", header: text(wrappedDek, HEADER_LENGTH), wrappedDek };
}

function annotatedVersion(annotations: readonly Annotation[]): string | null {
  const annotation = annotations.find(([key]) => key.startsWith(ALIBABA_ANNOTATION));
  if (annotation === undefined) return null;
  const version = text(annotation[1], LONGEST_ANNOTATION_VERSION + 1);
  return version.length <= LONGEST_ANNOTATION_VERSION && PRINTABLE.test(version) ? version : null;
}

function versionInFront(wrappedDek: Uint8Array): string | null {
  // Most wrapped DEKs are binary: nothing need be made of them.
  if (!beginsPrintable(wrappedDek)) return null;
  const inFront = VERSION_IN_FRONT.exec(text(wrappedDek, LONGEST_VERSION));
  if (inFront !== null) return inFront[0];
  const decoded = Buffer.from(text(wrappedDek, BASE64_OF_UUID_LENGTH), "base64").toString("latin1");
  return UUID.exec(decoded)?.[0] ?? null;
}

function beginsPrintable(bytes: Uint8Array): boolean {
  for (let index = 0; index < 8; index++) {
    const byte = bytes[index];
    if (byte === undefined || byte < 0x21 || byte > 0x7e) return false;
  }
  return true;
}

function text(bytes: Uint8Array, most: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, most)).toString("latin1");
}
