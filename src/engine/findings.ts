import { BlockList } from "./block-list.ts";
import type { Engine } from "./engine.ts";

/** Layout of a finding (assembly/finding.ts), in doubles and in words. */
const FINDING_SIZE = 40;
const MAIN = 0;
const CREATE_REVISION = 1;
const WHERE = 2;
const KEY_WORD = 6;
const CELL_WORD = 7;
const KIND_WORD = 8;
const AREA_WORD = 9;

/** Findings about single values. */
export class Findings extends BlockList {
  constructor(engine: Engine) {
    super(engine, FINDING_SIZE);
  }

  /** Main revision. */
  main(index: number): number {
    return this.double(index, MAIN);
  }

  createRevision(index: number): number {
    return this.double(index, CREATE_REVISION);
  }

  /** Of what is not stored: bytes from the beginning of its file, and the number of its area. */
  where(index: number): number {
    return this.double(index, WHERE);
  }

  area(index: number): number {
    return this.word(index, AREA_WORD);
  }

  /** Number of the etcd key. */
  key(index: number): number {
    return this.word(index, KEY_WORD);
  }

  /** Number of its value's cell. */
  cell(index: number): number {
    return this.word(index, CELL_WORD);
  }

  /** The place of its kind among those of its cell. */
  kind(index: number): number {
    return this.word(index, KIND_WORD);
  }
}
