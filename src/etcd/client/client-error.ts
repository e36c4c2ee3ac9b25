import { oneLine } from "../../model/one-line.ts";

/** Every way in which a live etcd can fail to be read. Closed: exit codes and advice depend on it. */
export type EtcdClientErrorCode =
  | "bad-endpoint"
  | "tls-files"
  | "nothing-listening"
  | "unknown-host"
  | "dial-timeout"
  | "tls-untrusted"
  | "tls-expired"
  | "tls-hostname"
  | "tls-client-certificate"
  | "tls-expected"
  | "tls-not-spoken"
  | "tls-failed"
  | "wrong-password"
  | "user-required"
  | "invalid-token"
  | "permission-denied"
  | "not-etcd"
  | "not-supported"
  | "method-refused"
  | "compacted"
  | "future-revision"
  | "no-leader"
  | "deadline"
  | "too-large"
  | "too-busy"
  | "lost-connection"
  | "malformed-response"
  | "server-error"
  | "closed";

/** What to say of a code, and what the reader can do about it: a sentence without a full stop each. */
const WORDS = {
  "bad-endpoint": ["is no endpoint", "give host:port, http://host:port, https://host:port or unix:///path"],
  "tls-files": [
    "the TLS files can't be used",
    "check that --cacert, --cert and --key name PEM files that belong together",
  ],
  "nothing-listening": ["nothing listens there", "check --endpoints, and that etcd runs"],
  "unknown-host": ["the host name has no address", "check --endpoints and the name service"],
  "dial-timeout": ["no connection in time", "check --endpoints and firewalls, or raise --dial-timeout"],
  "tls-untrusted": [
    "its certificate is not signed by a trusted authority",
    "give the authority that signed it with --cacert",
  ],
  "tls-expired": ["its certificate is not valid now", "renew it, or check the clocks"],
  "tls-hostname": ["its certificate is for another name", "use an endpoint that the certificate names"],
  "tls-client-certificate": [
    "it does not accept the client certificate",
    "give one that its authority signed with --cert and --key",
  ],
  "tls-expected": ["it speaks TLS and was spoken to without", "use https:// in --endpoints, with --cacert"],
  "tls-not-spoken": ["it does not speak TLS", "use http:// in --endpoints"],
  "tls-failed": ["no TLS connection can be made", "check the server's TLS settings"],
  "wrong-password": ["wrong user name or password", "check --user and --password"],
  "user-required": ["it wants a user", "give --user, or a client certificate in the user's name"],
  "invalid-token": ["it does not accept its own token", "try again; check that its members agree"],
  "permission-denied": ["the user may not read this", "grant a role that may read the range (docs/LEAST-PRIVILEGE.md)"],
  "not-etcd": ["what answers there is not etcd", "check --endpoints: etcd's client port is usually 2379"],
  "not-supported": ["this server does not have the method", "check its version"],
  "method-refused": ["a method that could change something is never called", "report this as a defect"],
  compacted: ["the revision has been compacted", "scan again at a newer revision"],
  "future-revision": ["the revision is newer than the store", "check --revision, and that the member does not lag"],
  "no-leader": ["the cluster has no leader", "wait for an election, or read one member with --serializable"],
  deadline: ["no answer in time", "raise --command-timeout, or check the server's load"],
  "too-large": ["one answer is larger than can be taken", "report the size of the largest value"],
  "too-busy": ["the server is out of resources", "try again later"],
  "lost-connection": ["the connection was lost", "check that etcd still runs, and scan again"],
  "malformed-response": ["an answer can't be decoded", "check that no proxy stands between"],
  "server-error": ["the server reports an error", "see its log"],
  closed: ["the connection has been closed", "scan again"],
} as const satisfies Record<EtcdClientErrorCode, readonly [says: string, nextStep: string]>;

/** Of a server's own words. */
const LONGEST_DETAIL = 200;

/** A failure of the connection or of a request. Holds no password, token or stored value. */
export class EtcdClientError extends Error {
  readonly code: EtcdClientErrorCode;
  /** The endpoint as the user wrote it. */
  readonly endpoint: string;
  readonly nextStep: string;
  /** With `compacted`, where the server tells it: the compact revision. */
  readonly compactRevision: number | undefined;

  constructor(
    code: EtcdClientErrorCode,
    endpoint: string,
    options: { detail?: string; cause?: unknown; compactRevision?: number } = {},
  ) {
    const [says, nextStep] = WORDS[code];
    const detail =
      options.detail === undefined || options.detail === "" ? "" : ` (${oneLine(options.detail, LONGEST_DETAIL)})`;
    super(`etcd at ${endpoint}: ${says}${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "EtcdClientError";
    this.code = code;
    this.endpoint = endpoint;
    this.nextStep = nextStep;
    this.compactRevision = options.compactRevision;
  }
}
