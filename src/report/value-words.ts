import type { StoredValue } from "../model/stored-value.ts";
import type { Malformation, ValueClass } from "../model/value-class.ts";
import { escapeForTerminal, keyLine } from "./escape.ts";

/** A stored value by the names kubectl knows it by: `secrets default/db`; by its etcd key where it has no name. */
export function valueNoun(value: StoredValue): string {
  if (value.name === null) return keyLine(value.key).text;
  return `${value.resource} ${value.namespace === null ? "" : `${value.namespace}/`}${value.name}`;
}

/** Why a value can't have been written by the provider that its prefix names; follows "its prefix claims X, but". */
export function malformationWords({ malformation }: ValueClass): string {
  return malformation === null ? "no such provider can have written it" : MALFORMATIONS[malformation];
}

const MALFORMATIONS = {
  "no-key-name-end": "no colon ends the key name",
  "empty-key-name": "the key name is empty",
  "body-too-short": "what follows is too short to be its ciphertext",
  "body-not-in-blocks": "what follows is not a whole number of 16-byte blocks",
  "no-wrapped-dek": "the wrapped data key is missing",
  "wrapped-dek-cut": "it ends inside the wrapped data key",
  "not-an-encrypted-object": "what follows is not a valid EncryptedObject",
} satisfies Record<Malformation, string>;

/** Where a value lies that the store no longer uses; follows "lies". */
export function placeWords({ location, file, offset }: StoredValue): string {
  const where = offset === null ? "" : ` at byte ${offset}`;
  const inFile = file === null ? "" : ` of ${escapeForTerminal(file)}`;
  switch (location) {
    case "free-page":
      return `in a freed page${where}${inFile}`;
    case "file-tail":
      return `beyond the last page in use${where}${inFile}`;
    case "wal":
      return `in the WAL${where}${inFile}`;
    case "head":
    case "history":
      return "in the store";
  }
}
