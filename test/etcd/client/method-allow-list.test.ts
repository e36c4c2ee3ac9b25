import * as grpc from "@grpc/grpc-js";
import { Etcd3 } from "etcd3";
import { describe, expect, it, onTestFinished } from "vitest";
import { METHODS, methodAllowList } from "../../../src/etcd/client/method-allow-list.ts";

/** A server that counts every call of any name and answers with nothing. */
async function countingServer() {
  const seen: string[] = [];
  const server = new grpc.Server({
    interceptors: [
      (definition, call) => {
        seen.push(definition.path);
        return new grpc.ServerInterceptingCall(call);
      },
    ],
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  onTestFinished(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, seen };
}

const asIs = (bytes: Buffer): Buffer => bytes;

describe("methodAllowList", () => {
  it("names the contract's methods and no other", () => {
    const names = Object.values(METHODS).map((path) => path.split("/").at(-1));
    const expected = "Range RangeStream Watch Status HashKV Alarm Snapshot MemberList Authenticate".split(" ");
    expect(names.sort()).toEqual(expected.sort());
  });

  it("lets the list through and stops everything else before a byte is sent", async () => {
    const { address, seen } = await countingServer();
    const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
      interceptors: [methodAllowList("here")],
    });
    onTestFinished(() => client.close());
    const call = (path: string, request = Buffer.alloc(0)): Promise<unknown> =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, asIs, asIs, request, (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      });
    const refused = [
      "/etcdserverpb.KV/Put",
      "/etcdserverpb.KV/DeleteRange",
      "/etcdserverpb.KV/Txn",
      "/etcdserverpb.KV/Compact",
      "/etcdserverpb.Lease/LeaseGrant",
      "/etcdserverpb.Lease/LeaseRevoke",
      "/etcdserverpb.Maintenance/Defragment",
      "/etcdserverpb.Maintenance/MoveLeader",
      "/etcdserverpb.Maintenance/Downgrade",
      "/etcdserverpb.Maintenance/Hash",
      "/etcdserverpb.Cluster/MemberRemove",
      "/etcdserverpb.Auth/AuthDisable",
      "/etcdserverpb.kv/range",
      "/etcdserverpb.KV/Range/",
    ];
    for (const path of refused) await expect(call(path), path).rejects.toMatchObject({ code: "method-refused" });
    expect(() => client.makeServerStreamRequest("/etcdserverpb.KV/Put", asIs, asIs, Buffer.alloc(0))).toThrow(/never/);
    expect(() => client.makeBidiStreamRequest("/etcdserverpb.Lease/LeaseKeepAlive", asIs, asIs)).toThrow(/never/);
    expect(seen).toEqual([]);
    // The server knows no method; what matters is that the call reached it.
    await expect(call(METHODS.range)).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
  });

  it("lets Alarm through with GET alone, however the action is written", async () => {
    const { address } = await countingServer();
    const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
      interceptors: [methodAllowList("here")],
    });
    onTestFinished(() => client.close());
    const alarm = (...request: number[]): Promise<unknown> =>
      new Promise((_, reject) => {
        client.makeUnaryRequest(METHODS.alarm, asIs, asIs, Buffer.from(request), reject);
      });
    for (const get of [[], [8, 0], [16, 1, 24, 0], [8, 1, 8, 0]]) {
      await expect(alarm(...get), `${get}`).rejects.toMatchObject({ code: grpc.status.UNIMPLEMENTED });
    }
    for (const other of [
      [8, 1],
      [8, 2],
      [8, 7],
      [16, 1, 8, 2],
      [8, 0, 8, 1],
    ]) {
      await expect(alarm(...other), `${other}`).rejects.toMatchObject({ code: "method-refused" });
    }
  });

  it("holds for etcd3's own calls", async () => {
    const { address, seen } = await countingServer();
    const etcd3 = new Etcd3({ hosts: address, grpcOptions: { interceptors: [methodAllowList("here")] } });
    onTestFinished(() => etcd3.close());
    await expect(etcd3.put("k").value("v")).rejects.toMatchObject({ code: "method-refused" });
    await expect(etcd3.delete().all()).rejects.toMatchObject({ code: "method-refused" });
    await expect(etcd3.maintenance.alarm({ action: "Deactivate" })).rejects.toMatchObject({ code: "method-refused" });
    expect(seen).toEqual([]);
  });
});
