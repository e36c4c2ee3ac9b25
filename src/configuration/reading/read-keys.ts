import type { LocalKey } from "../configuration.ts";
import { SecretBytes } from "../secret-bytes.ts";
import { FieldSet, type ListField } from "./field-set.ts";
import type { RefusalList } from "./refusal-list.ts";
import { readSecret } from "./secret.ts";

const KEY_FIELDS = ["name", "secret"] as const;

/**
 * The keys of a local provider, without those that are refused (validation_encryption.go: validateKeys).
 * @param lengths the key lengths the provider takes, in bytes
 */
export function readKeys(list: ListField, lengths: readonly number[], refusals: RefusalList): readonly LocalKey[] {
  if (list.items.length === 0) refusals.addValidation(list.line, { kind: "at-least-one", path: list.path });
  return list.items.flatMap((node, index) => {
    const fields = new FieldSet(node, `${list.path}[${index}]`, KEY_FIELDS, refusals);
    return readKey(fields, lengths, refusals) ?? [];
  });
}

function readKey(
  fields: FieldSet<(typeof KEY_FIELDS)[number]>,
  lengths: readonly number[],
  refusals: RefusalList,
): LocalKey | undefined {
  const name = fields.text("name");
  const { text, line, path } = fields.text("secret");
  if (name.text === "") {
    refusals.addValidation(name.line, { kind: "mandatory", path: name.path, field: "name", of: "key" });
  }
  if (text === "") {
    refusals.addValidation(line, { kind: "mandatory", path, field: "secret", of: "key" });
    return undefined;
  }
  const secret = readSecret(text);
  switch (secret.kind) {
    case "placeholder":
      refusals.addValidation(line, { kind: "placeholder-secret", path });
      return undefined;
    case "flawed":
      refusals.addValidation(line, { kind: "secret-not-base64", path, flaw: secret.flaw });
      return undefined;
    case "bytes": {
      const { length } = secret.bytes;
      if (!lengths.includes(length)) {
        refusals.addValidation(line, { kind: "secret-length", path, length, expected: lengths });
        return undefined;
      }
      return { name: name.text, secret: new SecretBytes(secret.bytes), line: name.line, secretLine: line };
    }
  }
}
