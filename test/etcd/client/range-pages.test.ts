import { Server, ServerCredentials } from "@grpc/grpc-js";
import protobuf from "protobufjs/minimal.js";
import { afterEach, describe, expect, it } from "vitest";
import { METHODS } from "../../../src/etcd/client/method-allow-list.ts";
import { opened, readFolder } from "./opened.ts";

interface Answer {
  readonly keys: readonly string[];
  readonly count: number;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

/** What only looks like an etcd: it gives the same answer to every question for a range. */
async function startServer(answer: Answer): Promise<string> {
  const server = new Server();
  servers.push(server);
  const range = {
    path: METHODS.range,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  server.addService(
    { range },
    { range: (_: unknown, reply: (error: null, bytes: Buffer) => void) => reply(null, encoded(answer)) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return `http://127.0.0.1:${port}`;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** A RangeResponse: 2 kvs, each of them 1 key and 5 value; 3 more; 4 count. */
function encoded({ keys, count }: Answer): Buffer {
  const writer = protobuf.Writer.create();
  for (const key of keys) {
    writer.uint32((2 << 3) | 2).fork();
    writer.uint32((1 << 3) | 2).string(key);
    writer.uint32((5 << 3) | 2).string("value");
    writer.ldelim();
  }
  writer.uint32(3 << 3).bool(keys.length < count);
  writer.uint32(4 << 3).uint64(count);
  return Buffer.from(writer.finish());
}

describe("readRangeByPages", () => {
  it.each<[string, Answer]>([
    ["a key before what was asked for", { keys: ["/registry/a", "/registry/secrets/b"], count: 9 }],
    ["a key behind it", { keys: ["/registry/secrets/a", "/registry/z"], count: 2 }],
    ["keys in no order", { keys: ["/registry/secrets/b", "/registry/secrets/a"], count: 9 }],
    ["the same page again and again", { keys: ["/registry/secrets/a", "/registry/secrets/b"], count: 9 }],
    ["fewer keys than are counted", { keys: [], count: 3 }],
  ])("refuses %s, rather than to go on without an end", async (_, answer) => {
    const client = await opened(await startServer(answer));
    const reading = readFolder(client, "/registry/secrets", { revision: 7, mayStream: false });
    await expect(reading).rejects.toMatchObject({ code: "malformed-response" });
  });
});
