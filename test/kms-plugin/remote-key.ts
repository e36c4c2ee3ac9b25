import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const NONCE = 12;
const TAG = 16;
const UUID_LENGTH = 36;
const ALIBABA_ANNOTATION = "x-acs-kms-key-version-id.ack.alibabacloud.com";

/** A data key as a plugin gives it to the API server. */
export interface Wrapped {
  readonly ciphertext: Buffer;
  readonly annotations: Readonly<Record<string, Buffer>>;
}

/** How the remote service writes a wrapped data key, with the version of the remote key in it or not. */
export interface Wrapping {
  wrap(version: number, dataKey: Uint8Array): Wrapped;
  /** Undefined where the ciphertext is none of this service. */
  versionOf(ciphertext: Buffer): number | undefined;
  unwrap(ciphertext: Buffer): Buffer;
}

/** Vault transit `vault:vN:` and Ncloud `ncpkms:vN:`: version, then base64. */
function versionInFront(service: "vault" | "ncpkms"): Wrapping {
  const pattern = new RegExp(`^${service}:v(\\d+):(.+)$`);
  const parts = (ciphertext: Buffer) => pattern.exec(ciphertext.toString("latin1"));
  return {
    wrap: (version, dataKey) => ({
      ciphertext: Buffer.from(`${service}:v${version}:${seal(version, dataKey).toString("base64")}`),
      annotations: {},
    }),
    versionOf: (ciphertext) => (parts(ciphertext) === null ? undefined : Number(parts(ciphertext)?.[1])),
    unwrap: (ciphertext) => open(Number(parts(ciphertext)?.[1]), Buffer.from(parts(ciphertext)?.[2] ?? "", "base64")),
  };
}

/** Alibaba Cloud: base64 of the version's UUID and the ciphertext, and the UUID in an annotation. */
const alibaba: Wrapping = {
  wrap(version, dataKey) {
    const uuid = uuidOf(version);
    const blob = Buffer.concat([Buffer.from(uuid), seal(version, dataKey)]);
    return {
      ciphertext: Buffer.from(blob.toString("base64")),
      annotations: { [ALIBABA_ANNOTATION]: Buffer.from(uuid) },
    };
  },
  versionOf(ciphertext) {
    const uuid = Buffer.from(ciphertext.toString("latin1"), "base64").toString("latin1", 0, UUID_LENGTH);
    return /^0{8}-(?:0{4}-){3}\d{12}$/.test(uuid) ? Number(uuid.slice(-12)) : undefined;
  },
  unwrap(ciphertext) {
    const blob = Buffer.from(ciphertext.toString("latin1"), "base64");
    return open(alibaba.versionOf(ciphertext) ?? 0, blob.subarray(UUID_LENGTH));
  },
};

/** A header that is the same for all wrapped data keys of one version, then binary: as of services that show no version. */
const header: Wrapping = {
  wrap: (version, dataKey) => ({
    ciphertext: Buffer.concat([headerOf(version), seal(version, dataKey)]),
    annotations: {},
  }),
  versionOf(ciphertext) {
    const found = Array.from({ length: 100 }, (_, version) => version);
    return found.find((version) => ciphertext.subarray(0, 24).equals(headerOf(version)));
  },
  unwrap: (ciphertext) => open(header.versionOf(ciphertext) ?? 0, ciphertext.subarray(24)),
};

export const WRAPPINGS = { vault: versionInFront("vault"), ncloud: versionInFront("ncpkms"), alibaba, header } as const;

/** The version of Alibaba Cloud's form. */
export function uuidOf(version: number): string {
  return `00000000-0000-0000-0000-${String(version).padStart(12, "0")}`;
}

function headerOf(version: number): Buffer {
  return Buffer.concat([
    Buffer.of(1, 2, 2, 0, 0x78),
    createHash("sha1").update(`header ${version}`).digest().subarray(0, 19),
  ]);
}

function seal(version: number, dataKey: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", remoteKey(version), nonce);
  return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
}

function open(version: number, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", remoteKey(version), sealed.subarray(0, NONCE));
  decipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
}

function remoteKey(version: number): Buffer {
  return createHash("sha256").update(`remote key of the tests, version ${version}`).digest();
}
