import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions } from "../../model/connection-options.ts";
import { EtcdClientError, type EtcdClientErrorCode } from "./client-error.ts";
import type { Endpoint } from "./endpoint.ts";

/** The first bytes of an HTTP/2 client (RFC 9113, 3.4) and an empty SETTINGS frame. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
const HTTP2_SETTINGS_TYPE = 4;
/** First byte of a TLS alert (RFC 8446, 5.1). */
const TLS_ALERT = 21;

/** Node's and OpenSSL's error codes; first match counts. */
const SOCKET_CODES: readonly (readonly [pattern: RegExp, code: EtcdClientErrorCode])[] = [
  [/^(ECONNREFUSED|ENOENT|EHOSTUNREACH|ENETUNREACH)$/, "nothing-listening"],
  [/^(ENOTFOUND|EAI_AGAIN)$/, "unknown-host"],
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, "tls-expired"],
  [/^ERR_TLS_CERT_ALTNAME/, "tls-hostname"],
  [/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_)/, "tls-untrusted"],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/, "tls-not-spoken"],
  [/ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE)/, "tls-client-certificate"],
  [/^ERR_(SSL|OSSL)|^EPROTO$/, "tls-failed"],
  [/^ETIMEDOUT$/, "dial-timeout"],
];

/**
 * Tells why no connection stands: connects once more, without gRPC, which keeps the cause to itself. Sends nothing of the
 * user's but the client certificate; takes at most the dial timeout.
 */
export async function diagnoseConnection(endpoint: Endpoint, options: ConnectionOptions): Promise<EtcdClientError> {
  const outcome = await firstBytes(endpoint, endpoint.secure, options);
  if (outcome.kind === "error") return failureOf(outcome.error, endpoint, options);
  if (outcome.kind === "silence") return new EtcdClientError("dial-timeout", endpoint.text);
  if (outcome.kind === "bytes" && outcome.bytes[3] === HTTP2_SETTINGS_TYPE) {
    return new EtcdClientError("dial-timeout", endpoint.text);
  }
  if (!endpoint.secure && (await speaksTls(endpoint, outcome, options))) {
    return new EtcdClientError("tls-expected", endpoint.text);
  }
  return new EtcdClientError("not-etcd", endpoint.text);
}

type Outcome =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "closed" }
  | { readonly kind: "silence" }
  | { readonly kind: "error"; readonly error: Error };

async function failureOf(error: Error, endpoint: Endpoint, options: ConnectionOptions): Promise<EtcdClientError> {
  const code = codeOf(error);
  // etcd hangs up on what it can't read.
  const isUnclear = endpoint.secure && (code === "lost-connection" || code === "tls-failed");
  const plain = isUnclear ? await firstBytes(endpoint, false, options) : null;
  const speaksPlainly = plain?.kind === "bytes" && plain.bytes[0] !== TLS_ALERT;
  return new EtcdClientError(speaksPlainly ? "tls-not-spoken" : code, endpoint.text, { cause: error });
}

async function speaksTls(endpoint: Endpoint, plain: Outcome, options: ConnectionOptions): Promise<boolean> {
  if (plain.kind === "bytes" && plain.bytes[0] === TLS_ALERT) return true;
  const outcome = await firstBytes(endpoint, true, { ...options, insecureSkipTlsVerify: true });
  return outcome.kind === "bytes" || (outcome.kind === "error" && codeOf(outcome.error) === "tls-client-certificate");
}

function firstBytes(endpoint: Endpoint, secure: boolean, options: ConnectionOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const done = (outcome: Outcome): void => {
      resolve(outcome);
      socket.destroy();
    };
    let socket: Socket;
    try {
      socket = secure ? openTls(endpoint, options) : connectTcp(endpoint.address);
    } catch (error) {
      return resolve({ kind: "error", error: error as Error });
    }
    socket.once(secure ? "secureConnect" : "connect", () => socket.write(HTTP2_PREFACE));
    socket.once("data", (bytes) => done({ kind: "bytes", bytes: Buffer.from(bytes) }));
    socket.once("error", (error) => done({ kind: "error", error }));
    socket.once("close", () => done({ kind: "closed" }));
    socket.setTimeout(options.dialTimeout, () => done({ kind: "silence" }));
  });
}

function openTls({ address }: Endpoint, { tls, insecureSkipTlsVerify }: ConnectionOptions): Socket {
  return connectTls({
    ...address,
    ...("host" in address && !/^[\d.]+$|:/.test(address.host) ? { servername: address.host } : {}),
    ...(tls.authorities === undefined ? {} : { ca: Buffer.from(tls.authorities) }),
    ...(tls.certificate === undefined ? {} : { cert: Buffer.from(tls.certificate) }),
    ...(tls.key === undefined ? {} : { key: tls.key.reveal() }),
    ALPNProtocols: ["h2"],
    rejectUnauthorized: !insecureSkipTlsVerify,
  });
}

function codeOf(error: Error): EtcdClientErrorCode {
  const text = "code" in error && typeof error.code === "string" ? error.code : "";
  return SOCKET_CODES.find(([pattern]) => pattern.test(text))?.[1] ?? "lost-connection";
}
