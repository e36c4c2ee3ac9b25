import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, test } from "vitest";
import { bigintOf } from "../../src/bytes/int64.ts";
import { readKeyValue } from "../../src/etcd/key-value.ts";
import { RecordBatch } from "../../src/model/record-batch.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

/** What a mvccpb.KeyValue says; bytes as hex. */
interface KeyValue {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly value: string;
  readonly lease: bigint;
}

const NOTHING: KeyValue = { key: "", createRevision: 0, modRevision: 0, version: 0, value: "", lease: 0n };

/** One field on the wire, and what it makes of the message. */
interface Field {
  readonly write: (writer: protobuf.Writer) => void;
  readonly apply: Partial<KeyValue>;
}

const tagOf = (field: number, wireType: number): number => (field << 3) | wireType;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function bytesField(field: number, name: "key" | "value", bytes: Uint8Array): Field {
  return { write: (writer) => writer.uint32(tagOf(field, 2)).bytes(bytes), apply: { [name]: hex(bytes) } };
}

function numberField(field: number, name: "createRevision" | "modRevision" | "version", value: number): Field {
  return { write: (writer) => writer.uint32(tagOf(field, 0)).int64(value), apply: { [name]: value } };
}

const revision = fc.oneof(fc.nat(1000), fc.nat(), fc.maxSafeNat());
const unknownNumber = fc.oneof(fc.integer({ min: 7, max: 30 }), fc.integer({ min: 7, max: 2 ** 28 }));
const unknownField: fc.Arbitrary<Field> = fc
  .tuple(unknownNumber, fc.constantFrom(0, 1, 2, 3, 5), fc.uint8Array({ maxLength: 9 }))
  .map(([field, wireType, bytes]) => ({
    apply: {},
    write: (writer) => {
      writer.uint32(tagOf(field, wireType));
      if (wireType === 0) writer.uint64("18446744073709551615");
      else if (wireType === 1) writer.fixed64(7);
      else if (wireType === 2) writer.bytes(bytes);
      else if (wireType === 5) writer.fixed32(7);
      else writer.uint32(tagOf(1, 2)).bytes(bytes).uint32(tagOf(2, 0)).uint32(300).uint32(tagOf(field, 4));
    },
  }));

const key = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => bytesField(1, "key", bytes));
const otherField: fc.Arbitrary<Field> = fc.oneof(
  key,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => bytesField(5, "value", bytes)),
  revision.map((value) => numberField(2, "createRevision", value)),
  revision.map((value) => numberField(3, "modRevision", value)),
  revision.map((value) => numberField(4, "version", value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((lease) => ({
    write: (writer: protobuf.Writer) => writer.uint32(tagOf(6, 0)).int64(lease.toString()),
    apply: { lease },
  })),
  unknownField,
);
/** A key first, then fields in any order and any number. */
const message = fc.tuple(key, fc.array(otherField, { maxLength: 12 })).map(([first, rest]) => [first, ...rest]);

/** Each part of the message as bytes, and the bytes one after the other. */
function encode(fields: readonly Field[]): { readonly ends: readonly number[]; readonly bytes: Uint8Array } {
  const parts = fields.map((field) => {
    const writer = protobuf.Writer.create();
    field.write(writer);
    return writer.finish();
  });
  let end = 0;
  return { ends: parts.map((part) => (end += part.length)), bytes: new Uint8Array(Buffer.concat(parts)) };
}

/** Reads a message that stands at byte 5 of a buffer, among other bytes. */
function decode(bytes: Uint8Array, around: number): KeyValue {
  const buffer = new Uint8Array(bytes.length + 30).fill(around);
  const offset = 5;
  buffer.set(bytes, offset);
  const end = offset + bytes.length;
  const batch = new RecordBatch();
  batch.reset(buffer);
  const row = batch.addRow();
  const modRevision = readKeyValue(protobuf.Reader.create(buffer), offset, end, batch, row);
  const column = (values: ArrayLike<number>): number => values[row] as number;
  const textAt = (start: number, length: number): string => {
    if (length > 0) expect(start).toBeGreaterThanOrEqual(offset);
    expect(start + length).toBeLessThanOrEqual(end);
    return hex(buffer.subarray(start, start + length));
  };
  return {
    key: textAt(column(batch.keyOffset), column(batch.keyLength)),
    createRevision: column(batch.createRevision),
    modRevision,
    version: column(batch.version),
    value: textAt(column(batch.valueOffset), column(batch.valueLength)),
    lease: bigintOf(column(batch.leaseHigh), column(batch.leaseLow)),
  };
}

/** What fields make together: the last of each counts. */
function sumOf(fields: readonly Field[]): KeyValue {
  return Object.assign({}, NOTHING, ...fields.map(({ apply }) => apply));
}

const surroundings = fc.constantFrom(0x00, 0x08, 0xff);

describe("a key-value message", () => {
  test("is read as protobufjs writes it: fields in any order, unknown ones passed over, the last of several counts", () => {
    fc.assert(
      fc.property(message, surroundings, (fields, around) => {
        expect(decode(encode(fields).bytes, around)).toEqual(sumOf(fields));
      }),
      fuzzRuns(400),
    );
  });

  test("that is cut between two fields is the shorter message, and cut anywhere else is refused", () => {
    fc.assert(
      fc.property(message, surroundings, (fields, around) => {
        const { ends, bytes } = encode(fields);
        for (let length = 0; length < bytes.length; length++) {
          const fieldCount = ends.indexOf(length) + 1;
          const cut = bytes.subarray(0, length);
          if (fieldCount === 0) {
            expect(() => decode(cut, around)).toThrow(RangeError);
            continue;
          }
          expect(decode(cut, around)).toEqual(sumOf(fields.slice(0, fieldCount)));
        }
      }),
      fuzzRuns(60),
    );
  });

  test("of any bytes at all is read within its bounds or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), surroundings, (bytes, around) => {
        try {
          decode(bytes, around);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      fuzzRuns(1000),
    );
  });

  test("without a key is refused: etcd stores none", () => {
    expect(() => decode(new Uint8Array(0), 0)).toThrow(RangeError);
    expect(() => decode(Uint8Array.of(0x10, 5, 0x18, 5), 0)).toThrow(RangeError);
    expect(() => decode(Uint8Array.of(0x0a, 0, 0x18, 5), 0)).toThrow(RangeError);
  });

  test.each([1, 2, 3, 4, 5, 6])("whose field %s is of another type is refused", (field) => {
    const isBytes = field === 1 || field === 5;
    const writer = protobuf.Writer.create().uint32(tagOf(1, 2)).bytes(Uint8Array.of(0x61));
    writer.uint32(tagOf(field, isBytes ? 0 : 2));
    if (isBytes) writer.uint32(1);
    else writer.bytes(Uint8Array.of(1, 2));
    expect(() => decode(writer.finish(), 0)).toThrow(RangeError);
  });

  test("with groups nested without end is refused", () => {
    const bytes = new Uint8Array(100_000).fill(tagOf(9, 3));
    expect(() => decode(bytes, 0)).toThrow(RangeError);
  });

  test("with a number beyond the safe integers is refused", () => {
    const writer = protobuf.Writer.create().uint32(tagOf(1, 2)).bytes(Uint8Array.of(0x61));
    expect(() => decode(writer.uint32(tagOf(4, 0)).int64(-1).finish(), 0)).toThrow(RangeError);
  });
});
