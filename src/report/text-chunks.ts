import type { ReportOutput } from "./reporter.ts";

/** Characters that are collected before they are written. */
const CHUNK_LENGTH = 64 * 1024;

/** Collects small texts into chunks of some 64 KiB, and waits for the output where the output asks for it. */
export class TextChunks {
  private readonly out: ReportOutput;
  private parts: string[] = [];
  private length = 0;

  constructor(out: ReportOutput) {
    this.out = out;
  }

  /** Takes a text; undefined: go on at once, a promise: wait for it before the next call. */
  add(text: string): Promise<void> | undefined {
    this.parts.push(text);
    this.length += text.length;
    return this.length < CHUNK_LENGTH ? undefined : this.flush();
  }

  /** Writes what is collected. Every reporter ends with it. */
  flush(): Promise<void> | undefined {
    if (this.length === 0) return undefined;
    const chunk = this.parts.join("");
    this.parts = [];
    this.length = 0;
    return this.out.write(chunk);
  }
}
