import { describe, expect, it } from "vitest";
import { EtcdClientError } from "../../../src/etcd/client/client-error.ts";
import { clientErrorOf } from "../../../src/etcd/client/status-mapping.ts";

const grpcError = (code: number, details: string) =>
  Object.assign(new Error(`${code} NAME: ${details}`), { code, details });

describe("clientErrorOf", () => {
  it.each([
    [11, "etcdserver: mvcc: required revision has been compacted", "compacted"],
    [11, "etcdserver: mvcc: required revision is a future revision", "future-revision"],
    [3, "etcdserver: authentication failed, invalid user ID or password", "wrong-password"],
    [3, "etcdserver: user name is empty", "user-required"],
    [16, "etcdserver: invalid auth token", "invalid-token"],
    [3, "etcdserver: revision of auth store is old", "invalid-token"],
    [7, "etcdserver: permission denied", "permission-denied"],
    [14, "etcdserver: no leader", "no-leader"],
    [14, "etcdserver: leader changed", "no-leader"],
    [14, "etcdserver: request timed out, possibly due to previous leader failure", "no-leader"],
    [4, "Deadline exceeded after 5.000s", "deadline"],
    [8, "Received message larger than max (70000000 vs 67108864)", "too-large"],
    [12, "unknown method RangeStream for service etcdserverpb.KV", "not-supported"],
    [12, "Received HTTP status code 404", "not-etcd"],
    [13, "Received RST_STREAM with code 2", "lost-connection"],
    [14, "Connection dropped", "lost-connection"],
    [2, "etcdserver: corrupt cluster", "server-error"],
  ])("maps status %i %j to %s", (status, details, code) => {
    expect(clientErrorOf(grpcError(status, details), "here").code).toBe(code);
  });

  it("reads the status out of the text where etcd3 has dropped it", () => {
    const dropped = new Error("GRPCDeadlineExceededError: 4 DEADLINE_EXCEEDED: Deadline exceeded");
    expect(clientErrorOf(dropped, "here").code).toBe("deadline");
  });

  it("is one line, however the server words it", () => {
    const error = clientErrorOf(grpcError(2, `bad\n\u001b[31mred\u202e ${"x".repeat(5_000)}`), "here");
    expect(error.message).toMatch(/^etcd at here: [^\p{Cc}\p{Cf}]+$/u);
    expect(error.message.length).toBeLessThan(400);
  });

  it("leaves its own errors as they are", () => {
    const error = new EtcdClientError("closed", "here");
    expect(clientErrorOf(error, "there")).toBe(error);
  });
});
