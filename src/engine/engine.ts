import { getRandomValues } from "node:crypto";
import { AuditError } from "../errors.ts";
import type { EngineExports } from "./engine-exports.ts";
import { engineModule } from "./engine-module.ts";

/** Pages of 64 KiB: what an engine begins with, and all that it can address. */
const FIRST_PAGES = 32;
const MOST_PAGES = 65_536;

/** What the engine asks and tells while it works. Addresses are into its memory. */
export interface EngineHost {
  /** A record of a leaf page in use can't be read; `problem` is one of problems.ts. */
  onProblem(pgid: number, element: number, problem: number): void;
  /** A page is not what the tree says it is; `problem` is one of problems.ts. */
  onPageProblem(pgid: number, problem: number, number: number): void;
  /** A page of a stream is to be kept until it is known whether it counts. */
  keepPage(address: number, pgid: number): void;
  /** A leaf lies beyond the last page in use of a stream, of which so many pages were read. */
  onTailRun(pgid: number, pageCount: number): void;
  /** What rows of a page of a stream have for `where` from now on; negative: they are not wanted. */
  whereOfPage(page: number): number;
  /** The folder of a record; OUT_OF_SCOPE is added where the record is. */
  folderOf(record: number): number;
  /** The number of the class of a record's value. */
  classOf(record: number): number;
  /** There is a new cell: writes into it what is known of it. */
  describe(cell: number): void;
  /** How many kinds of finding each value of a cell is. */
  judge(cell: number): number;
}

/** Where nobody has said what is to be done. */
const NOBODY: EngineHost = {
  onProblem: nobody("onProblem"),
  onPageProblem: nobody("onPageProblem"),
  keepPage: nobody("keepPage"),
  onTailRun: nobody("onTailRun"),
  whereOfPage: nobody("whereOfPage"),
  folderOf: nobody("folderOf"),
  classOf: nobody("classOf"),
  describe: nobody("describe"),
  judge: nobody("judge"),
};

function nobody(question: keyof EngineHost): () => never {
  return () => {
    throw new RangeError(`the engine's ${question} is nobody's`);
  };
}

/**
 * What is done for each record of a store, in WebAssembly: a scan is over before JavaScript that does as much would have
 * been compiled. One engine serves one reading of one source, and its memory lives as long as what was read.
 */
export class Engine {
  /** Who is asked and told; each part is set by who uses it. */
  readonly host: EngineHost = { ...NOBODY };
  /** What it can be asked. Its memory may have grown after a call: then there are new `bytes` and others. */
  readonly exports: EngineExports;
  /** All of the memory. Views that were taken of it stay valid, and do not reach what was added later. */
  bytes: Uint8Array;
  words: Uint32Array;
  doubles: Float64Array;
  view: DataView;
  private readonly memory: WebAssembly.Memory;

  constructor() {
    this.memory = newMemory();
    const { buffer } = this.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.view = new DataView(buffer);
    const instance = new WebAssembly.Instance(engineModule(), {
      env: { memory: this.memory, abort: (...where: readonly [number, number, number]) => this.refuse(...where) },
      host: this.imports(),
    });
    this.exports = this.refreshing(instance.exports as unknown as EngineExports);
    const [a = 0n, b = 0n] = getRandomValues(new BigUint64Array(2));
    this.exports.seedHashes(a, b);
  }

  /** The address of some bytes that are put into memory, until they are released. */
  place(bytes: Uint8Array): number {
    const address = this.exports.allocate(bytes.length);
    this.write(address, bytes);
    return address;
  }

  /**
   * Copies bytes into memory. `set` would do so byte by byte where the two places are aligned differently, since the memory is
   * shared (V8 src/base/atomicops.h: Relaxed_Memmove); `fill` is a memcpy (Node src/node_buffer.cc: Fill).
   */
  write(address: number, bytes: Uint8Array): void {
    if (bytes.length > 0) Buffer.from(this.memory.buffer, address, bytes.length).fill(bytes);
  }

  private imports() {
    const { host } = this;
    return {
      onProblem: (pgid: number, element: number, problem: number) => host.onProblem(pgid >>> 0, element, problem),
      onPageProblem: (pgid: number, problem: number, number: number) => host.onPageProblem(pgid >>> 0, problem, number),
      keepPage: (address: number, pgid: number) => host.keepPage(address >>> 0, pgid >>> 0),
      onTailRun: (pgid: number, pageCount: number) => host.onTailRun(pgid >>> 0, pageCount >>> 0),
      whereOfPage: (page: number) => host.whereOfPage(page),
      folderOf: (record: number) => {
        this.refresh();
        return host.folderOf(record >>> 0);
      },
      classOf: (record: number) => {
        this.refresh();
        return host.classOf(record >>> 0);
      },
      describe: (cell: number) => {
        this.refresh();
        host.describe(cell);
      },
      judge: (cell: number) => {
        this.refresh();
        return host.judge(cell);
      },
    };
  }

  /** The same exports, which look at the memory afterwards, and tell what fails. */
  private refreshing(exports: EngineExports): EngineExports {
    const refreshed = Object.entries(exports).map(([name, item]) => [name, isFunction(item) ? this.after(item) : item]);
    return {
      ...Object.fromEntries(refreshed),
      allocate: this.after((size: number) => exports.allocate(size) >>> 0),
      newList: this.after((stride: number) => exports.newList(stride) >>> 0),
      newBlockList: this.after((stride: number) => exports.newBlockList(stride) >>> 0),
    };
  }

  private after<Arguments extends readonly unknown[], Result>(call: (...args: Arguments) => Result) {
    return (...args: Arguments): Result => {
      try {
        return call(...args);
      } catch (error) {
        // How the engine ends where memory can't grow (AssemblyScript std/assembly/rt/tlsf.ts: growMemory).
        const isFull = error instanceof WebAssembly.RuntimeError && error.message === "unreachable";
        throw isFull ? outOfMemory(error) : error;
      } finally {
        this.refresh();
      }
    };
  }

  /**
   * What the engine calls instead of going on (AssemblyScript: `abort`): with a message where more is asked for at once
   * than it can give, without one where a check of its own fails.
   */
  private refuse(message: number, _file: number, line: number): never {
    if (message !== 0) throw outOfMemory();
    throw new Error(`a check in the engine's allocator failed, line ${line}`);
  }

  private refresh(): void {
    const { buffer } = this.memory;
    if (buffer === this.bytes.buffer) return;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.view = new DataView(buffer);
  }
}

/**
 * All the address space that an engine may come to use is set aside at once, and more, so that no access needs to be checked.
 * @throws AuditError OUT_OF_MEMORY where so much is not allowed
 */
function newMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_PAGES, shared: true });
  } catch (cause) {
    throw new AuditError("OUT_OF_MEMORY", "some 10 GB of address space are needed, and the system does not allow it", {
      nextStep:
        "raise the limit (ulimit -v, LimitAS=), or set NODE_OPTIONS=--disable-wasm-trap-handler, which needs less",
      cause,
    });
  }
}

function outOfMemory(cause?: unknown): AuditError {
  return new AuditError("OUT_OF_MEMORY", "what is kept of the source takes more memory than there is (4 GiB at most)", {
    nextStep:
      "leave out what takes most (--no-residue, --no-history), scan fewer resources, or a file in place of a stream",
    cause,
  });
}

function isFunction(item: unknown): item is (...args: readonly unknown[]) => unknown {
  return typeof item === "function";
}
