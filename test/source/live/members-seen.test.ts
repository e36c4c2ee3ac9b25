import { describe, expect, it } from "vitest";
import type { MemberStatus } from "../../../src/etcd/client/member-status.ts";
import { IncompleteReasons } from "../../../src/source/incomplete.ts";
import { type AskedClient, checkMembers } from "../../../src/source/live/members-seen.ts";

const PROBE = Buffer.from("/registry/secrets/");

/** A cluster as its first endpoint shows it: what each has applied, and how that of the first goes on. */
function cluster(
  members: readonly { clusterId?: string; revision: number }[],
  applied: readonly number[],
): AskedClient {
  const queue = [...applied];
  const statusOf = ({ clusterId = "a1", revision }: { clusterId?: string; revision: number }) =>
    ({ clusterId, revision, version: "3.6.0", dbSize: 10, dbSizeInUse: 5 }) as MemberStatus;
  return {
    endpoint: "member-0",
    statuses: async () =>
      members.map((member, index) => ({
        kind: "answered",
        endpoint: `member-${index}`,
        answer: statusOf(member),
      })),
    head: async (_, serializable) => {
      const own = queue.length > 1 ? queue.shift() : queue[0];
      const newest = Math.max(...members.map(({ revision }) => revision));
      return { clusterId: "a1", memberId: "b2", revision: serializable === true ? (own ?? 0) : newest, raftTerm: 2 };
    },
  } as AskedClient;
}

describe("checkMembers", () => {
  it("pins a scan with a quorum at the newest revision", async () => {
    const reasons = new IncompleteReasons();
    const seen = await checkMembers(cluster([{ revision: 7 }, { revision: 9 }], [7]), false, PROBE, reasons);
    expect(seen).toMatchObject({ head: 9, clusterId: "a1", version: "3.6.0", endpoints: ["member-0", "member-1"] });
    expect(reasons.listed).toEqual([]);
  });

  it("waits for a member that is a little behind", async () => {
    const reasons = new IncompleteReasons();
    const seen = await checkMembers(cluster([{ revision: 7 }, { revision: 9 }], [7, 7, 8, 9]), true, PROBE, reasons);
    expect(seen.head).toBe(9);
    expect(reasons.listed).toEqual([]);
  });

  it("says that a member lags, and scans what it has", async () => {
    const reasons = new IncompleteReasons();
    const seen = await checkMembers(cluster([{ revision: 7 }, { revision: 9 }], [7]), true, PROBE, reasons);
    expect(seen.head).toBe(7);
    expect(reasons.listed).toMatchObject([{ code: "member-lags" }]);
    expect(reasons.listed[0]?.message).toContain("has applied revision 7, and the cluster is at 9");
  });

  it("says that an endpoint belongs to another cluster", async () => {
    const reasons = new IncompleteReasons();
    const members = [{ revision: 7 }, { revision: 7, clusterId: "c3" }];
    await checkMembers(cluster(members, [7]), false, PROBE, reasons);
    expect(reasons.listed).toMatchObject([{ code: "other-cluster" }]);
    expect(reasons.listed[0]?.message).toContain("member-1 belongs to another cluster (c3, not a1)");
  });
});
