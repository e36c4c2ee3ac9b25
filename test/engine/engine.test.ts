import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { SAMPLE } from "../corpus/repository-corpus.ts";
import { PROGRAM } from "../corpus/run-program.ts";
import { keysWith, rowsWith } from "./made-rows.ts";

describe("an engine", () => {
  test("keeps what is put into its memory while that grows", () => {
    const engine = new Engine();
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index);
    const address = engine.place(bytes);
    const early = engine.bytes;
    engine.exports.allocate(300 * 1024 * 1024);
    expect(engine.bytes.length).toBeGreaterThan(300 * 1024 * 1024);
    expect(engine.bytes.slice(address, address + 1000)).toEqual(bytes);
    // Views that were taken before see the same memory.
    engine.bytes[address] = 77;
    expect(early[address]).toBe(77);
    expect(engine.view.getUint8(address)).toBe(77);
    expect(engine.words[address >>> 2]).toBe(engine.view.getUint32(address, true));
  });

  test("takes bytes from wherever they lie to wherever they belong", () => {
    const engine = new Engine();
    const room = engine.exports.allocate(64);
    const source = Uint8Array.from({ length: 40 }, (_, index) => index + 1);
    for (const from of [0, 1, 5, 8])
      for (const to of [0, 3, 8])
        for (const length of [0, 1, 7, 30]) {
          engine.bytes.fill(0xee, room, room + 64);
          engine.write(room + to, source.subarray(from, from + length));
          const expected = new Uint8Array(64).fill(0xee);
          expected.set(source.subarray(from, from + length), to);
          expect(engine.bytes.slice(room, room + 64)).toEqual(expected);
        }
  });

  test("has a memory of its own", () => {
    const [one, other] = [new Engine(), new Engine()];
    const address = one.place(Uint8Array.of(1));
    expect(other.place(Uint8Array.of(2))).toBe(address);
    expect(one.bytes[address]).toBe(1);
  });

  test("whose allocator finds itself misused fails as a defect does", () => {
    const engine = new Engine();
    const address = engine.exports.allocate(100);
    engine.exports.release(address);
    expect(() => engine.exports.release(address)).toThrow(/allocator failed/);
  });

  test("that is asked what nobody answers fails", () => {
    const engine = new Engine();
    keysWith(engine, [{ key: Buffer.from("/a") }]);
    expect(() => engine.exports.countRows(rowsWith(engine, [{ key: 0, main: 2 }]).list, 0)).toThrow(/describe/);
  });

  test.skipIf(process.platform !== "linux")("that may not set its address space aside says so", async () => {
    const scan = ["ulimit -v 3000000", `exec "${process.execPath}" "${PROGRAM}" scan "${SAMPLE}" -o keys`].join("\n");
    const shell = promisify(execFile);
    const failed: unknown = await shell("sh", ["-c", scan]).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringMatching(/address space.*disable-wasm-trap/) });
    const env = { ...process.env, NODE_OPTIONS: "--disable-wasm-trap-handler" };
    const done: unknown = await shell("sh", ["-c", scan], { env }).catch((error: unknown) => error);
    expect(done).toMatchObject({ code: 1, stdout: expect.stringContaining("/registry/secrets/") });
  });

  test("that can't grow any more refuses to go on", () => {
    const engine = new Engine();
    const takeAll = () => {
      for (let taken = 0; taken < 8; taken++) engine.exports.allocate(900 * 1024 * 1024);
    };
    expect(takeAll).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY" }));
    expect(() => engine.exports.allocate(2 ** 31)).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY" }));
  });
});
