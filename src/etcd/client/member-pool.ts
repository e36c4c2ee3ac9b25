import { setTimeout as sleep } from "node:timers/promises";
import type { AuthSession } from "./auth-session.ts";
import { EtcdClientError, type EtcdClientErrorCode } from "./client-error.ts";
import { authenticate } from "./etcd3-calls.ts";
import type { Member } from "./member.ts";

/** Milliseconds for which a cluster without a leader, or without resources, is waited for; elections take one to two seconds. */
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** What one endpoint answered, or why it did not. */
export type EndpointAnswer<Answer> =
  | { readonly kind: "answered"; readonly endpoint: string; readonly answer: Answer }
  | { readonly kind: "failed"; readonly endpoint: string; readonly error: EtcdClientError };

/** The endpoints that were given, of which one is read. All calls are reads, so each may be repeated at another. */
export class MemberPool {
  readonly members: readonly Member[];
  private readonly session: AuthSession;
  /** Milliseconds for which a lost connection is waited for. */
  private readonly dialTimeout: number;
  private active: Member;
  private isClosed = false;

  private constructor(members: readonly Member[], active: Member, session: AuthSession, dialTimeout: number) {
    this.members = members;
    this.session = session;
    this.active = active;
    this.dialTimeout = dialTimeout;
  }

  /**
   * Connects to all and takes the first that stands; the others go on in the background. Logs in where a user is given.
   * @throws EtcdClientError of the first endpoint when none can be reached
   */
  static async connect(members: readonly Member[], session: AuthSession, dialTimeout: number): Promise<MemberPool> {
    const attempts = members.map((member) => member.connect().then(() => member));
    const fastest = await Promise.any(attempts).catch((error: AggregateError) => {
      throw error.errors[0];
    });
    const active = members.find((member) => member.isReady) ?? fastest;
    const pool = new MemberPool(members, active, session, dialTimeout);
    await pool.logIn();
    return pool;
  }

  /** The member that is read now. */
  get current(): Member {
    return this.active;
  }

  /**
   * Runs a call, again at the next endpoint while it fails in a way that may pass.
   * @throws EtcdClientError of the last attempt; anything else that `work` throws, at once
   */
  async call<Result>(work: (member: Member) => Promise<Result>): Promise<Result> {
    const startedAt = Date.now();
    for (let attempt = 1; ; attempt++) {
      const member = this.active;
      try {
        return await this.callAt(member, work);
      } catch (error) {
        if (!(error instanceof EtcdClientError) || this.isClosed) throw error;
        if (!this.mayPass(error.code, attempt, Date.now() - startedAt)) throw error;
        this.moveOn(member);
        await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
      }
    }
  }

  /** Runs a call at one endpoint, again with a new token when the old one is refused. */
  async callAt<Result>(member: Member, work: (member: Member) => Promise<Result>): Promise<Result> {
    try {
      return await work(member);
    } catch (error) {
      const isRefused = error instanceof EtcdClientError && error.code === "invalid-token";
      if (!isRefused || !this.session.canRenew) throw error;
      await this.logIn();
      return await work(member);
    }
  }

  /** Asks every endpoint the same; one that fails is an answer too. */
  askEach<Answer>(work: (member: Member) => Promise<Answer>): Promise<readonly EndpointAnswer<Answer>[]> {
    const ask = async (member: Member): Promise<EndpointAnswer<Answer>> => {
      const endpoint = member.endpoint.text;
      try {
        await member.connect();
        return { kind: "answered", endpoint, answer: await this.callAt(member, work) };
      } catch (error) {
        if (error instanceof EtcdClientError) return { kind: "failed", endpoint, error };
        throw error;
      }
    };
    return Promise.all(this.members.map(ask));
  }

  /** Ends every call and every connection. */
  close(): void {
    this.isClosed = true;
    for (const member of this.members) member.close();
  }

  private logIn(): Promise<void> {
    return this.session.renew((name, password) => authenticate(this.active, name, password));
  }

  /** Whether a failure may pass by itself, or at another endpoint. */
  private mayPass(code: EtcdClientErrorCode, attempt: number, waited: number): boolean {
    if (code === "no-leader" || code === "too-busy") return waited < PATIENCE_MS;
    if (code === "lost-connection") return attempt < this.members.length || waited < this.dialTimeout;
    // One that does not answer in time may hang for good: each other one is tried, none twice.
    return code === "deadline" && attempt < this.members.length;
  }

  /** Turns to the next endpoint, one that is connected if there is any; not if another call has turned already. */
  private moveOn(from: Member): void {
    if (this.active !== from) return;
    const position = this.members.indexOf(from) + 1;
    const others = [...this.members.slice(position), ...this.members.slice(0, position)];
    this.active = others.find((member) => member.isReady) ?? others[0] ?? from;
  }
}
