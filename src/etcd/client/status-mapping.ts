import { status } from "@grpc/grpc-js";
import { EtcdClientError, type EtcdClientErrorCode } from "./client-error.ts";

type Rule = readonly [pattern: RegExp, code: EtcdClientErrorCode];

/** etcd's own words tell more than the status (etcd, api/v3rpc/rpctypes/error.go). First match counts. */
const ETCD_WORDS: readonly Rule[] = [
  [/required revision has been compacted/, "compacted"],
  [/required revision is a future revision/, "future-revision"],
  [/invalid user ID or password/, "wrong-password"],
  [/user name is empty/, "user-required"],
  [/invalid auth token|revision of auth store is old/, "invalid-token"],
  [/permission denied/, "permission-denied"],
  [/no leader|leader changed|request timed out|raft proposal dropped|not leader/, "no-leader"],
  [/message larger than max/, "too-large"],
  [/unknown service|unknown method|not implemented by kine/, "not-supported"],
  [/HTTP status/, "not-etcd"],
  [/RST_STREAM|[Cc]onnection (dropped|closed|reset)|ECONNRESET|GOAWAY|No connection established/, "lost-connection"],
];

/** What is left to the gRPC status. */
const STATUS_CODES: Readonly<Partial<Record<number, EtcdClientErrorCode>>> = {
  // Of a call that was not closed here: the server met the deadline first.
  [status.CANCELLED]: "deadline",
  [status.DEADLINE_EXCEEDED]: "deadline",
  [status.PERMISSION_DENIED]: "permission-denied",
  [status.RESOURCE_EXHAUSTED]: "too-busy",
  [status.OUT_OF_RANGE]: "compacted",
  [status.UNIMPLEMENTED]: "not-supported",
  [status.UNAVAILABLE]: "lost-connection",
  [status.UNAUTHENTICATED]: "invalid-token",
};

/** The closed error for what gRPC or etcd3 threw; etcd3 drops the status and keeps it only as text: `5 NOT_FOUND: ...`. */
export function clientErrorOf(thrown: unknown, endpoint: string): EtcdClientError {
  if (thrown instanceof EtcdClientError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const prefix = /^(?:[A-Za-z]+: )?(\d+) [A-Z_]+: /.exec(message);
  const detail = prefix === null ? message : message.slice(prefix[0].length);
  const number = statusOf(thrown) ?? Number(prefix?.[1] ?? status.UNKNOWN);
  const code = ETCD_WORDS.find(([pattern]) => pattern.test(detail))?.[1] ?? STATUS_CODES[number] ?? "server-error";
  return new EtcdClientError(code, endpoint, { detail, cause: thrown });
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "number" ? thrown.code : undefined;
}
