import type { ValueForm } from "../classify/value-form.ts";
import type { Engine } from "../engine/engine.ts";

/** Bytes of the longest beginning that is kept, and of the longest end: real ones have some dozens, and some hundreds. */
const LONGEST_HEAD = 256;
const LONGEST_TAIL = 4096;

/** Tells the engine what a value looks like whose class is known and, where others are told by that, how they look. */
export class FormTeacher {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** @param offset where the value lies in the engine's memory, up to `end` */
  teach(form: ValueForm, offset: number, end: number, valueClass: number): void {
    const { exports } = this.engine;
    const { headLength, body, tailOffset } = form;
    const nonceLength = body.nonce?.length ?? 0;
    const isMarkAfterNonce = body.nonce?.mark === "after-nonce";
    if (nonceLength > 0) exports.tellNonce(offset + headLength, nonceLength, isMarkAfterNonce);
    if (!form.tellsClass || headLength > LONGEST_HEAD || end - tailOffset > LONGEST_TAIL) return;
    const { shortest, multiple } = body;
    const taught = exports.rememberForm(
      offset,
      headLength,
      shortest,
      multiple,
      nonceLength,
      isMarkAfterNonce,
      valueClass,
    );
    if (taught !== 0 && body.data !== null)
      exports.rememberTail(taught, body.data.tag, body.data.shortest, tailOffset, end - tailOffset);
  }
}
