import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";
import type { ConnectionOptions } from "../../model/connection-options.ts";
import { EtcdClientError } from "./client-error.ts";
import type { Endpoint } from "./endpoint.ts";

/** What an endpoint's connection is made with. */
export interface Transport {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

/**
 * Makes an endpoint's credentials.
 * @throws EtcdClientError `tls-files` when the PEM bytes can't be used or a certificate stands without its key
 */
export function transportOf(endpoint: Endpoint, settings: ConnectionOptions): Transport {
  if (!endpoint.secure) return { credentials: ChannelCredentials.createInsecure(), options: {} };
  const { authorities, certificate, key } = settings.tls;
  if ((certificate === undefined) !== (key === undefined)) {
    throw new EtcdClientError("tls-files", endpoint.text, { detail: "--cert and --key go together" });
  }
  const host = addressOf(endpoint);
  const verification = settings.insecureSkipTlsVerify
    ? { rejectUnauthorized: false, checkServerIdentity: () => undefined }
    : { checkServerIdentity: (_: string, peer: PeerCertificate) => checkServerIdentity(host, peer) };
  try {
    // Node takes bytes that are no certificate as no authority, without a word.
    if (authorities !== undefined) new X509Certificate(authorities);
    const pem = [authorities, key?.reveal(), certificate].map((part) =>
      part === undefined ? null : Buffer.from(part),
    );
    const [roots = null, privateKey = null, chain = null] = pem;
    const credentials = ChannelCredentials.createSsl(roots, privateKey, chain, verification);
    // An IP address is no server name: Node would send it as one, and print a warning. Verified is `host` all the same.
    return { credentials, options: isIP(host) === 0 ? {} : { "grpc.ssl_target_name_override": "localhost" } };
  } catch (error) {
    const detail = error instanceof Error ? error.message : "";
    throw new EtcdClientError("tls-files", endpoint.text, { detail, cause: error });
  }
}

/** The name or address that the certificate must be for. */
function addressOf({ address }: Endpoint): string {
  return "host" in address ? address.host : "localhost";
}
