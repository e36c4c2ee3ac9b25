import { Classifier } from "../../src/classify/classifier.ts";
import type { ValueClass } from "../../src/model/value-class.ts";

/** The class of one value that is seen alone. */
export function classifyOne(value: Uint8Array): ValueClass {
  return classifyAll([value])[0] as ValueClass;
}

/** The settled classes of values that one scan sees, in their order. */
export function classifyAll(values: readonly Uint8Array[]): readonly ValueClass[] {
  const classifier = new Classifier();
  const ids = values.map((value) => classifier.classify(value, 0, value.length));
  return ids.map((id) => classifier.classes.valueClass(classifier.classes.settled(id)));
}
