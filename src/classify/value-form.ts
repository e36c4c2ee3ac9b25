import { readSafeInt64 } from "../bytes/int64.ts";

/** Where a ciphertext has what tells it from others under its key. */
interface NonceForm {
  /** Bytes of the nonce, which the body begins with. */
  readonly length: number;
  /** Where 16 bytes stand that depend on all of the plaintext: the authentication tag, or the last block. */
  readonly mark: "after-nonce" | "last-bytes";
}

/** What bodies of one provider are like whose class is told by the name, or by it and by how they end. */
export interface BodyForm {
  /** Bytes of the shortest body, and what the length of all is a multiple of. */
  readonly shortest: number;
  readonly multiple: number;
  /** Null of a provider whose keys are used for one value or a few. */
  readonly nonce: NonceForm | null;
  /** Where bodies begin with a field of ciphertext and their end tells the class: its tag, and its least length in bytes. */
  readonly data: { readonly tag: number; readonly shortest: number } | null;
}

/** How further values of a value's class are told without reading them whole. Offsets are into the buffer of that value. */
export interface ValueForm {
  /** Whether every value of this form is of the class; where not, each must be read. */
  readonly tellsClass: boolean;
  /** Bytes that they all begin with. */
  readonly headLength: number;
  readonly body: BodyForm;
  /** Where the bytes begin that they all end with; the value's end where there are none. */
  readonly tailOffset: number;
}

/** Bodies of any length, that begin with no nonce. */
const ANY_BODY: BodyForm = { shortest: 0, multiple: 1, nonce: null, data: null };

/** The form of values that are told by their first bytes alone. */
export function formOfHead(headLength: number, end: number): ValueForm {
  return { tellsClass: true, headLength, body: ANY_BODY, tailOffset: end };
}

/**
 * The form of a value whose body is sound; null where its end can't tell its class.
 * @param isWholeName whether what stands before the body is the key's name, whatever follows it
 */
export function formOfBody(
  bytes: Uint8Array,
  offset: number,
  bodyOffset: number,
  end: number,
  body: BodyForm,
  isWholeName: boolean,
): ValueForm | null {
  const tailOffset = body.data === null ? end : dataEnd(bytes, bodyOffset, end, body.data);
  return tailOffset === -1 ? null : { tellsClass: isWholeName, headLength: bodyOffset - offset, body, tailOffset };
}

/** Where the field of ciphertext ends that a body begins with; -1 where it has no such field. */
function dataEnd(
  bytes: Uint8Array,
  offset: number,
  end: number,
  { tag, shortest }: { readonly tag: number; readonly shortest: number },
): number {
  if (end - offset < shortest || bytes[offset] !== tag) return -1;
  const source = { buf: bytes, pos: offset + 1, len: end };
  try {
    const length = readSafeInt64(source);
    return length >= shortest && length <= end - source.pos ? source.pos + length : -1;
  } catch {
    return -1;
  }
}
