import { areEqual } from "./bytes";
import { classOf } from "./host";
import { allocate, List, newList } from "./list";
import { addNonce } from "./nonces";
import { CUT, Record } from "./row";
import { readSafeVarint, varintEnd, varintProblem } from "./varint";

/**
 * Forms of values whose class is known: how they begin, how long their bodies may be and, of KMS version 2, how they end. A
 * cluster has a handful; the class and the nonce of a value of no known form are asked for.
 */
@unmanaged
class Form {
  /** The bytes that a value begins with: a transformer prefix with the name, or those of plaintext. */
  head: u32;
  headLength: u32;
  /** Bytes of the shortest body, and what its length must be a multiple of. */
  shortest: u32;
  multiple: u32;
  /** Bytes of the nonce, which the body begins with; 0: it is no matter. */
  nonceLength: u32;
  /** 1 where the authentication tag follows the nonce; 0 where what tells ciphertexts apart stands at the end. */
  isMarkAfterNonce: u32;
  /** What follows the first field of the body up to its end, and that field's tag and least length; a length of 0: nothing. */
  tail: u32;
  tailLength: u32;
  dataTag: u32;
  shortestData: u32;
  valueClass: u32;
  unused: u32;
}

const MOST_FORMS: u32 = 256;

const forms: List = newList(offsetof<Form>());
/** The form of the last value: mostly that of the next one too. */
let last: u32 = 0;

/** The class of a record's value; its nonce is looked up with the others of its batch, by the record's place there. */
export function classOfRecord(record: Record, index: u32, looksAtNonces: bool): u32 {
  if ((record.marks & CUT) !== 0) return classOf(changetype<usize>(record));
  const form = formOf(record.valueOffset, record.size);
  let valueClass: u32 = 0;
  if (form == null) {
    toldLength = 0;
    valueClass = classOf(changetype<usize>(record));
  } else {
    valueClass = form.valueClass;
    tellNonce(record.valueOffset + form.headLength, form.nonceLength, form.isMarkAfterNonce !== 0);
  }
  const bodyEnd = record.valueOffset + record.size;
  if (looksAtNonces && toldLength > 0)
    addNonce(valueClass, toldBody, toldLength, toldMarkAfterNonce, bodyEnd, record, index);
  return valueClass;
}

/** The nonce of the value that is being looked at; a length of 0: it is no matter. */
let toldBody: usize = 0;
let toldLength: u32 = 0;
let toldMarkAfterNonce: bool = false;

/** Says which nonce the body of a value begins with, and where what tells ciphertexts apart stands. */
export function tellNonce(body: usize, length: u32, isMarkAfterNonce: bool): void {
  toldBody = body;
  toldLength = length;
  toldMarkAfterNonce = isMarkAfterNonce;
}

/** Remembers the class of values that have a form. Beyond the most that are kept, values of further forms are asked for. */
export function rememberForm(
  head: usize,
  headLength: u32,
  shortest: u32,
  multiple: u32,
  nonceLength: u32,
  isMarkAfterNonce: bool,
  valueClass: u32,
): usize {
  if (forms.count === MOST_FORMS) return 0;
  const address = forms.push();
  const form = changetype<Form>(address);
  form.head = <u32>copyOf(head, headLength);
  form.headLength = headLength;
  form.shortest = shortest;
  form.multiple = multiple;
  form.nonceLength = nonceLength;
  form.isMarkAfterNonce = isMarkAfterNonce ? 1 : 0;
  form.tailLength = 0;
  form.valueClass = valueClass;
  return address;
}

/** Of values whose body begins with a field of some length, and whose class is told by what follows it. */
export function rememberTail(form: usize, dataTag: u32, shortestData: u32, tail: usize, tailLength: u32): void {
  const kept = changetype<Form>(form);
  kept.dataTag = dataTag;
  kept.shortestData = shortestData;
  kept.tail = <u32>copyOf(tail, tailLength);
  kept.tailLength = tailLength;
}

function copyOf(from: usize, length: u32): usize {
  const copy = allocate(length);
  memory.copy(copy, from, length);
  return copy;
}

function formOf(value: usize, length: u32): Form | null {
  if (last < forms.count && isOf(at(last), value, length)) return at(last);
  for (let index: u32 = 0; index < forms.count; index++) {
    if (!isOf(at(index), value, length)) continue;
    last = index;
    return at(index);
  }
  return null;
}

function at(index: u32): Form {
  return changetype<Form>(forms.at(index));
}

function isOf(form: Form, value: usize, length: u32): bool {
  const headLength = form.headLength;
  if (length < headLength || !areEqual(value, form.head, headLength)) return false;
  const body = length - headLength;
  if (body < form.shortest || body % form.multiple !== 0) return false;
  return form.tailLength === 0 || hasTail(form, value + headLength, value + length);
}

function hasTail(form: Form, body: usize, end: usize): bool {
  if (load<u8>(body) !== <u8>form.dataTag) return false;
  const length = readSafeVarint(body + 1, end);
  if (varintProblem !== 0 || length < form.shortestData) return false;
  if (length + form.tailLength !== <u64>(end - varintEnd)) return false;
  return areEqual(end - form.tailLength, form.tail, form.tailLength);
}
