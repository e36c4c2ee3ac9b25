import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import protobuf from "protobufjs/minimal.js";
import { afterEach, describe, expect, it } from "vitest";
import { METHODS } from "../../../src/etcd/client/method-allow-list.ts";
import { opened, readFolder } from "./opened.ts";

interface Answer {
  readonly keys: readonly string[];
  readonly count: number;
  readonly hasHeader?: boolean;
}

/** What a RangeRequest asks: 1 key, 2 range_end, 3 limit. */
interface Question {
  readonly key: string;
  readonly rangeEnd: string;
  readonly limit: number;
}

const FOLDER = "/registry/secrets";
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.forceShutdown();
});

/** What only looks like an etcd. */
async function startServer(answerTo: (question: Question) => Answer | Promise<Answer>): Promise<string> {
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
  const answer = async ({ request }: { request: Buffer }, reply: (error: object | null, bytes?: Buffer) => void) => {
    try {
      reply(null, encoded(await answerTo(questionOf(request))));
    } catch {
      reply({ code: status.INVALID_ARGUMENT, details: "etcdserver: user name is empty" });
    }
  };
  server.addService({ range }, { range: answer });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return `http://127.0.0.1:${port}`;
}

function questionOf(request: Buffer): Question {
  const reader = protobuf.Reader.create(request);
  const fields = new Map<number, Uint8Array | number>();
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    fields.set(tag >> 3, (tag & 7) === 2 ? reader.bytes() : reader.uint32());
  }
  const text = (field: number): string => Buffer.from((fields.get(field) ?? Buffer.alloc(0)) as Uint8Array).toString();
  return { key: text(1), rangeEnd: text(2), limit: (fields.get(3) ?? 0) as number };
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** A RangeResponse: 1 header, with 3 revision; 2 kvs, each of them 1 key and 5 value; 3 more; 4 count. */
function encoded({ keys, count, hasHeader = true }: Answer): Buffer {
  const writer = protobuf.Writer.create();
  if (hasHeader)
    writer
      .uint32((1 << 3) | 2)
      .fork()
      .uint32(3 << 3)
      .uint64(7)
      .ldelim();
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

/** What etcd answers that holds some keys, in their order. */
function answerFrom(keys: readonly string[], { key, rangeEnd, limit }: Question): Answer {
  const wanted = keys.filter((each) => each >= key && each < rangeEnd);
  return { keys: wanted.slice(0, limit), count: wanted.length };
}

const manyKeys = Array.from({ length: 12_000 }, (_, n) => {
  const namespace = ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  return `${FOLDER}/${namespace}/token`;
}).sort();
const byPages = { revision: 7, mayStream: false } as const;

describe("readRangeByPages", () => {
  it.each<[string, Answer]>([
    ["a key before what was asked for", { keys: ["/registry/a", "/registry/secrets/b"], count: 9 }],
    ["a key behind it", { keys: ["/registry/secrets/a", "/registry/z"], count: 2 }],
    ["keys in no order", { keys: ["/registry/secrets/a", "/registry/secrets/c", "/registry/secrets/b"], count: 9 }],
    ["the same page again and again", { keys: ["/registry/secrets/a", "/registry/secrets/b"], count: 9 }],
    ["fewer keys than are counted", { keys: [], count: 3 }],
    ["more keys than are counted", { keys: ["/registry/secrets/a", "/registry/secrets/b"], count: 1 }],
    ["an answer without a header", { keys: [], count: 0, hasHeader: false }],
  ])("refuses %s, rather than to go on without an end", async (_, answer) => {
    const client = await opened(await startServer(() => answer));
    await expect(readFolder(client, FOLDER, byPages)).rejects.toMatchObject({ code: "malformed-response" });
  });

  it("refuses a server that always has one key more", async () => {
    let questions = 0;
    const endpoint = await startServer(({ key }) => {
      questions += 1;
      return { keys: [`${key}x`], count: 2 };
    });
    const reading = readFolder(await opened(endpoint), FOLDER, byPages);
    await expect(reading).rejects.toMatchObject({ code: "malformed-response" });
    expect(questions).toBeLessThan(9);
  });

  it("reads all keys of a server that knows no end within a folder, as kine does", async () => {
    let cutQuestions = 0;
    const endpoint = await startServer((question) => {
      if (question.rangeEnd === "/registry/secrets0") return answerFrom(manyKeys, question);
      cutQuestions += 1;
      return { keys: [], count: 0 };
    });
    const rows = await readFolder(await opened(endpoint), FOLDER, byPages);
    expect(cutQuestions).toBeGreaterThan(0);
    expect(new Set(rows.map(({ key }) => key))).toEqual(new Set(manyKeys));
  });

  it("hands over nothing more once a page has failed", async () => {
    let release = (): void => undefined;
    const failed = new Promise<void>((resolve) => {
      release = resolve;
    });
    let questions = 0;
    const endpoint = await startServer(async (question) => {
      questions += 1;
      if (questions === 2) {
        setTimeout(release, 50);
        throw new RangeError("refused");
      }
      if (questions > 2) await failed;
      return answerFrom(manyKeys, question);
    });
    let pages = 0;
    const onPage = (): void => {
      pages += 1;
    };
    await expect(readFolder(await opened(endpoint), FOLDER, { ...byPages, onPage })).rejects.toThrow();
    expect(questions).toBeGreaterThan(2);
    expect(pages).toBe(1);
  });
});
