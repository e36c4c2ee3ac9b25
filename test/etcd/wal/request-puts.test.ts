import protobuf from "protobufjs/minimal.js";
import { expect, test } from "vitest";
import { readWal } from "./read-wal.ts";
import { operation, put, request, txn, WalBuilder } from "./wal-builder.ts";

const PUT = 4;
const DELETE_RANGE = 5;
const TXN = 6;

function read(...requests: Uint8Array[]) {
  const builder = new WalBuilder();
  for (const each of requests) builder.entry(each);
  return readWal(builder.finish());
}

function keysAndValues(reading: ReturnType<typeof readWal>): string[] {
  return reading.puts.map(({ key, value }) => `${key}=${value}`);
}

test("a transaction's puts are found in both branches: the one not taken lies on the disk too", () => {
  const reading = read(
    request(
      TXN,
      txn([operation(2, put("/a", "taken"))], [operation(1, put("/a", "")), operation(2, put("/b", "not"))]),
    ),
  );
  expect(keysAndValues(reading)).toEqual(["/a=taken", "/b=not"]);
  expect(reading.content.puts).toBe(2);
  expect(reading.damages).toEqual([]);
});

test("puts in nested transactions are found at every depth", () => {
  const innermost = txn([operation(2, put("/deep", "3"))]);
  const middle = txn([operation(2, put("/mid", "2")), operation(4, innermost)], [operation(2, put("/else", "2b"))]);
  const reading = read(request(TXN, txn([operation(4, middle), operation(2, put("/top", "1"))])));
  expect(keysAndValues(reading)).toEqual(["/mid=2", "/deep=3", "/else=2b", "/top=1"]);
});

test("transactions that are nested without end are told, and what stands outside is found", () => {
  let nested = txn([operation(2, put("/deep", "x"))]);
  for (let depth = 0; depth < 3000; depth++) nested = txn([operation(4, nested)]);
  const reading = read(
    request(TXN, txn([operation(2, put("/before", "x")), operation(4, nested)])),
    request(PUT, put("/after", "x")),
  );
  expect(keysAndValues(reading)).toEqual(["/before=x", "/after=x"]);
  expect(reading.damages).toMatchObject([{ message: expect.stringContaining("nested") }]);
});

test("deletions are counted, alone and within transactions", () => {
  const range = protobuf.Writer.create().uint32(10).string("/a").finish();
  const reading = read(request(DELETE_RANGE, range), request(TXN, txn([operation(3, range)], [operation(3, range)])));
  expect(reading.puts).toEqual([]);
  expect(reading.content.deletes).toBe(3);
});

test("a put that keeps the stored value is counted, and is no value of its own", () => {
  const reading = read(
    request(
      PUT,
      put("/kept", "", (writer) => writer.uint32(40).bool(true)),
    ),
  );
  expect(reading.puts).toEqual([]);
  expect(reading.content.puts).toBe(1);
});

test("a put of an empty value is one, and one with a lease tells all its 64 bits", () => {
  const lease = 0x694d_8ab1_7c25_a601n;
  const reading = read(
    request(PUT, put("/empty", "")),
    request(
      PUT,
      put("/leased", "x", (writer) => writer.uint32(24).int64(`${lease}`)),
    ),
  );
  expect(reading.puts.map(({ key, value, lease }) => [key, value, lease])).toEqual([
    ["/empty", "", "0:0"],
    ["/leased", "x", `${0x694d_8ab1}:${0x7c25_a601}`],
  ]);
});

test("requests of users, with the passwords in them, are passed over", () => {
  const user = protobuf.Writer.create().uint32(10).string("root").uint32(18).string("hunter2").finish();
  const reading = read(request(1100, user), request(1103, user), request(1012, user), request(PUT, put("/a", "x")));
  expect(keysAndValues(reading)).toEqual(["/a=x"]);
  expect(JSON.stringify(reading)).not.toContain("hunter2");
  expect(reading.damages).toEqual([]);
});

test("entries without a request, of other types, and of API version 2 are no damage", () => {
  const version2 = protobuf.Writer.create().uint32(8).uint32(1).uint32(18).string("PUT");
  version2.uint32(26).string("/0/members/1/attributes").uint32(34).string('{"name":"default"}').uint32(40).bool(false);
  const sync = protobuf.Writer.create().uint32(8).uint32(1).uint32(18).string("SYNC").uint32(26).string("");
  sync.uint32(34).string("").uint32(40).bool(false);
  const builder = new WalBuilder().entry(new Uint8Array(0)).entry(version2.finish()).entry(sync.finish());
  const reading = readWal(builder.entry(Uint8Array.from([1, 2, 3]), 1).finish());
  expect(reading.damages).toEqual([]);
  expect(reading.puts).toEqual([]);
  expect(reading.content.entries).toBe(4);
});

test("a request whose fields have another form than etcd's is told", () => {
  const number = protobuf.Writer.create()
    .uint32((PUT << 3) | 0)
    .uint32(7)
    .finish();
  const group = Uint8Array.from([0x0b]);
  const tooLong = Uint8Array.from([0x22, 0xff, 0xff, 0xff, 0x7f]);
  for (const data of [number, group, tooLong]) {
    expect(read(data, request(PUT, put("/after", "x")))).toMatchObject({ damages: [{}], puts: [{ key: "/after" }] });
  }
});

test("an entry of more puts than a batch holds gives them all, in their order", () => {
  const operations = Array.from({ length: 70_000 }, (_, number) => operation(2, put(`${number}`, "")));
  const { puts } = read(request(TXN, txn(operations)));
  expect(puts.map(({ key }) => Number(key))).toEqual(operations.map((_, number) => number));
});
