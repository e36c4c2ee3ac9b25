import { InterceptingCall, type Interceptor, type StatusObject, status } from "@grpc/grpc-js";
import type { ConnectionOptions } from "../../model/connection-options.ts";
import type { Secret } from "../../model/secret.ts";
import { METHODS } from "./method-allow-list.ts";

/** Sends name and password, gets a token; null when the server has authentication switched off. */
export type Authenticate = (name: string, password: Secret) => Promise<Secret | null>;

/** The token that stands for user and password. One for all endpoints: members share them. */
export class AuthSession {
  private readonly user: ConnectionOptions["user"];
  private token: Secret | null = null;
  private renewal: Promise<void> | null = null;

  /** @param user null: every call goes without a token, and the client certificate's name counts, if any does */
  constructor(user: ConnectionOptions["user"]) {
    this.user = user;
  }

  /** Whether a new token can be had. */
  get canRenew(): boolean {
    return this.user !== null;
  }

  /** Gets a token, once however many ask at the same time. Without a user it does nothing. */
  renew(authenticate: Authenticate): Promise<void> {
    const { user } = this;
    if (user === null) return Promise.resolve();
    this.renewal ??= authenticate(user.name, user.password)
      .then((token) => {
        this.token = token;
      })
      .finally(() => {
        this.renewal = null;
      });
    return this.renewal;
  }

  /** Puts the token on every call, as etcd's own client does (etcd, client/v3/credentials/credentials.go). */
  interceptor(): Interceptor {
    return (options, nextCall) =>
      new InterceptingCall(nextCall(options), {
        start: (metadata, _, next) => {
          const { token } = this;
          if (token !== null && options.method_definition.path !== METHODS.authenticate) {
            metadata.set("token", token.reveal());
          }
          next(metadata, { onReceiveStatus: (answer, pass) => pass(withoutEtcdsWords(answer)) });
        },
      });
  }
}

/** etcd3 repeats a call for ever when it reads etcd's own words for a refused token; the status alone says the same. */
function withoutEtcdsWords(answer: StatusObject): StatusObject {
  return answer.code === status.UNAUTHENTICATED ? { ...answer, details: "the token is not accepted" } : answer;
}
