import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR_MS = 3_600_000;

/** Paths of a certificate and its private key, both PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate of the tests says; each has its own key. */
export interface CertificateRequest {
  /** Common name: etcd's user name, when it authenticates by certificate. */
  readonly name: string;
  readonly usage: "server" | "client";
  /** IP addresses and DNS names of a server; 127.0.0.1 and localhost when not given. */
  readonly addresses?: readonly string[];
  /** Valid from two hours ago until one hour ago. */
  readonly expired?: boolean;
}

/** A certificate authority of the tests, in a folder. Keys are made anew each time and never leave the folder. */
export class CertificateAuthority {
  /** Path of its own certificate, PEM. */
  readonly file: string;
  private readonly folder: string;
  private readonly certificate: X509Certificate;
  private readonly keys: webcrypto.CryptoKeyPair;

  private constructor(folder: string, file: string, certificate: X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.folder = folder;
    this.file = file;
    this.certificate = certificate;
    this.keys = keys;
  }

  /** Makes an authority and writes its certificate into `folder`, which is created. */
  static async create(folder: string, name = "authority"): Promise<CertificateAuthority> {
    const keys = await makeKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() - 24 * HOUR_MS),
      notAfter: new Date(Date.now() + 24 * HOUR_MS),
      extensions: [
        new BasicConstraintsExtension(true, 1, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    });
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${name}.crt`);
    await writeFile(file, certificate.toString("pem"));
    return new CertificateAuthority(folder, file, certificate, keys);
  }

  /** Issues a certificate and writes it and its key, named after the request. */
  async issue(request: CertificateRequest): Promise<CertificateFiles> {
    const keys = await makeKeys();
    const lifetime = request.expired === true ? [-2 * HOUR_MS, -HOUR_MS] : [-HOUR_MS, 24 * HOUR_MS];
    const [from, until] = lifetime as [number, number];
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${request.name}`,
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() + from),
      notAfter: new Date(Date.now() + until),
      extensions: extensionsOf(request),
    });
    const files = {
      certificate: join(this.folder, `${request.name}.crt`),
      key: join(this.folder, `${request.name}.key`),
    };
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    await writeFile(files.certificate, certificate.toString("pem"));
    await writeFile(files.key, PemConverter.encode(key, "PRIVATE KEY"), { mode: 0o600 });
    return files;
  }
}

function extensionsOf({ usage, addresses }: CertificateRequest) {
  const uses =
    usage === "client" ? [ExtendedKeyUsage.clientAuth] : [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth];
  const extensions = [
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(uses),
  ];
  if (usage === "client") return extensions;
  const names = (addresses ?? ["127.0.0.1", "localhost"]).map((value) => ({
    type: /^[\d.]+$|:/.test(value) ? ("ip" as const) : ("dns" as const),
    value,
  }));
  return [...extensions, new SubjectAlternativeNameExtension(names)];
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}
