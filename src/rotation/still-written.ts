import { type Configuration, keysOf } from "../configuration/configuration.ts";
import type { ConfigurationDetail } from "../model/finding.ts";
import { referenceText } from "../model/key-reference.ts";
import type { KeyInQuestion } from "./key-in-question.ts";

/** The rules that write with a key: what they write after an answer would need it again. An ID says nothing of rules. */
export function stillWritten(
  configurations: readonly Configuration[],
  { provider, name, id }: KeyInQuestion,
): readonly { readonly kind: "retired-key-in-use"; readonly detail: ConfigurationDetail }[] {
  if (id !== null) return [];
  const key = { provider, name: provider === "identity" ? null : name };
  const text = referenceText(key);
  return configurations.flatMap(({ path, rules }) =>
    rules.flatMap(({ resource, line, providers }) => {
      const [first] = providers.slice(0, 1).flatMap(keysOf);
      if (first?.provider !== provider || first.name !== key.name) return [];
      const detail = {
        file: path,
        line,
        resource,
        key,
        identity: `${text} writes ${resource}`,
        message: `${text} is the write key of ${resource}`,
        remedy: "put another key first, restart every kube-apiserver, and rewrite what is stored",
      };
      return [{ kind: "retired-key-in-use", detail } as const];
    }),
  );
}
