import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deliver, openOutputFile, openStandardOutput } from "../../src/cli/output-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "output-file-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("a report file", () => {
  test("appears whole, readable by its owner alone, and nothing else is left", async () => {
    const path = join(folder, "report.json");
    const out = await openOutputFile(path);
    await out.write("one ");
    await out.write(Buffer.from("two"));
    await expect(stat(path)).rejects.toThrow("ENOENT");
    await out.finish();
    expect(await readFile(path, "utf8")).toBe("one two");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["report.json"]);
  });

  test("takes the place of an older one only when it is finished", async () => {
    const path = join(folder, "report.json");
    await writeFile(path, "old", { mode: 0o644 });
    const out = await openOutputFile(path);
    await out.write("new");
    expect(await readFile(path, "utf8")).toBe("old");
    await out.finish();
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("that is discarded leaves the older one and no trace", async () => {
    const path = join(folder, "report.json");
    await writeFile(path, "old");
    const out = await openOutputFile(path);
    await out.write("half");
    await out.discard();
    await out.discard();
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["report.json"]);
  });

  test("replaces a link and never writes through it", async () => {
    const precious = join(folder, "precious");
    await writeFile(precious, "untouched");
    const path = join(folder, "report.json");
    await symlink(precious, path);
    const out = await openOutputFile(path);
    await out.write("report");
    await out.finish();
    expect(await readFile(precious, "utf8")).toBe("untouched");
    expect((await lstat(path)).isFile()).toBe(true);
  });

  test("two runs to one path do not meet: the last to finish stands, whole", async () => {
    const path = join(folder, "report.json");
    const [first, second] = [await openOutputFile(path), await openOutputFile(path)];
    await Promise.all([first.write("first"), second.write("second")]);
    await second.finish();
    await first.finish();
    expect(await readFile(path, "utf8")).toBe("first");
    expect(await readdir(folder)).toEqual(["report.json"]);
  });
});

describe("a path that can't be written is refused when it is opened", () => {
  test.each([
    ["a folder", ".", "it is a folder"],
    ["a folder that is not there", "none/report.json", "its folder does not exist"],
    ["a folder that is a file", "file/report.json", "a part of its path is not a folder"],
    ["a name that is too long for the file system", `${"d".repeat(300)}/x`, "the name is too long"],
  ])("%s", async (_, name, reason) => {
    await writeFile(join(folder, "file"), "");
    const path = join(folder, name);
    await expect(openOutputFile(path)).rejects.toMatchObject({
      code: "OUTPUT_NOT_WRITABLE",
      message: `can't write the report ${path}: ${reason}`,
    });
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed);
    await chmod(closed, 0o500);
    await expect(openOutputFile(join(closed, "x"))).rejects.toMatchObject({ code: "OUTPUT_NOT_WRITABLE" });
  });
});

test("a target that becomes a folder meanwhile fails at the end, and the temporary file is gone", async () => {
  const path = join(folder, "report.json");
  const out = await openOutputFile(path);
  await mkdir(path);
  await expect(deliver(out, (to) => to.write("x"))).rejects.toMatchObject({ code: "OUTPUT_NOT_WRITABLE" });
  expect(await readdir(folder)).toEqual(["report.json"]);
});

describe("what is no regular file is written directly", () => {
  test("a device", async () => {
    expect(await deliver(await openOutputFile("/dev/null"), (out) => out.write("x"))).toBe("written");
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  test("a full device fails in one line", async () => {
    await expect(deliver(await openOutputFile("/dev/full"), (out) => out.write("x"))).rejects.toMatchObject({
      message: "can't write the report /dev/full: no space left",
    });
  });

  test("a FIFO, whose reader gets every byte", async () => {
    const { path, reader, ended } = await fifo("cat");
    let read = "";
    reader.stdout?.setEncoding("utf8").on("data", (text) => {
      read += text;
    });
    await deliver(await openOutputFile(path), (out) => out.write("through the pipe"));
    await ended;
    expect(read).toBe("through the pipe");
  });

  test("a FIFO whose reader goes away", async () => {
    const { path } = await fifo("head", "-c", "1");
    const delivery = await deliver(await openOutputFile(path), async (out) => {
      for (let chunk = 0; chunk < 1000; chunk++) await out.write("x".repeat(65536));
    });
    expect(delivery).toBe("reader-gone");
  });
});

async function fifo(...reader: readonly [string, ...string[]]) {
  const path = join(folder, "pipe");
  await once(spawn("sh", ["-c", 'mkfifo "$0"', path]), "close");
  const [command, ...args] = reader;
  const child: ChildProcess = spawn(command, [...args, path], { stdio: ["ignore", "pipe", "inherit"] });
  return { path, reader: child, ended: once(child, "close") };
}

describe("standard output", () => {
  /** A stream that takes a chunk and is ready for the next one only when told. */
  function slowStream() {
    const taken: string[] = [];
    const waiting: ((error?: Error) => void)[] = [];
    const stream = new Writable({
      highWaterMark: 1,
      decodeStrings: false,
      write(chunk, _encoding, ready) {
        taken.push(String(chunk));
        waiting.push(ready);
      },
    });
    return { stream, taken, release: (error?: Error) => waiting.shift()?.(error) };
  }

  test("a write is done when the reader has taken it, not before", async () => {
    const { stream, taken, release } = slowStream();
    const out = openStandardOutput(stream);
    let isDone = false;
    const written = Promise.resolve(out.write("a")).then(() => {
      isDone = true;
    });
    await new Promise((done) => setImmediate(done));
    expect([taken, isDone]).toEqual([["a"], false]);
    release();
    await written;
    expect(isDone).toBe(true);
  });

  test("a reader that goes away is an outcome, and stops the report early", async () => {
    const { stream, taken, release } = slowStream();
    const out = openStandardOutput(stream);
    const delivery = deliver(out, async (to) => {
      for (let chunk = 0; ; chunk++) await to.write(`chunk ${chunk}`);
    });
    await new Promise((done) => setImmediate(done));
    release(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(await delivery).toBe("reader-gone");
    expect(taken).toEqual(["chunk 0"]);
  });

  test("a full disk behind it is an error that says so", async () => {
    const { stream, release } = slowStream();
    const delivery = deliver(openStandardOutput(stream), (out) => out.write("x"));
    await new Promise((done) => setImmediate(done));
    release(Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" }));
    await expect(delivery).rejects.toMatchObject({
      code: "OUTPUT_NOT_WRITABLE",
      message: "can't write the report on standard output: no space left",
    });
  });

  test("a failure of the reporter itself is passed on", async () => {
    const { stream } = slowStream();
    const failing = deliver(openStandardOutput(stream), () => {
      throw new Error("of the reporter");
    });
    await expect(failing).rejects.toThrow("of the reporter");
  });
});
