import { type Configuration, keysOf } from "../configuration/configuration.ts";
import type { KeyIdentity } from "../model/key-reference.ts";
import { PROVIDERS, type Provider, type ValueClass } from "../model/value-class.ts";

/** A key as the command line names it, `PROVIDER/NAME[@ID]`: it is not known yet where its name ends. */
export interface KeyText {
  readonly text: string;
  readonly provider: Provider;
  /** All that stands after the slash; empty for identity. */
  readonly rest: string;
}

/** The key that is asked about. */
export interface KeyInQuestion {
  readonly provider: Provider;
  /** Empty for identity. */
  readonly name: string;
  /** Of KMS: a key ID or a version of the remote key; null for all of them. */
  readonly id: string | null;
  /** Whether no value was seen to have it for its key ID: then it is a version of the remote key. */
  readonly isVersion?: boolean;
}

/** A key that stands in a configuration or was seen in a source. */
export interface KnownKey extends KeyIdentity {
  readonly kekVersion: string | null;
}

/** Splits the text at its first slash; undefined where no provider stands before it. */
export function parseKeyText(text: string): KeyText | undefined {
  const slash = text.indexOf("/");
  const word = slash === -1 ? text : text.slice(0, slash);
  const provider = PROVIDERS.find((known) => known === word);
  const rest = slash === -1 ? "" : text.slice(slash + 1);
  if (provider === undefined || (rest === "") !== (provider === "identity")) return undefined;
  return { text, provider, rest };
}

/** The names that the text may mean: any `@` may begin the ID. */
export function possibleNames({ rest }: KeyText): readonly string[] {
  const ends = [...rest].flatMap((character, index) => (character === "@" && index > 0 ? [index] : []));
  return [rest, ...ends.reverse().map((end) => rest.slice(0, end))];
}

/**
 * The key that the text means among those that are known: of the longest name that fits, with an ID that was seen.
 * Undefined where there is none: a typing error must not find nothing in need of the key.
 */
export function keyInQuestion(text: KeyText, known: readonly KnownKey[]): KeyInQuestion | undefined {
  const { provider, rest } = text;
  const ofProvider = known.filter((key) => key.provider === provider);
  if (provider === "identity") return ofProvider.length === 0 ? undefined : { provider, name: "", id: null };
  for (const name of possibleNames(text)) {
    const ofName = ofProvider.filter(({ keyName }) => keyName === name);
    if (ofName.length === 0) continue;
    if (name === rest) return { provider, name, id: null };
    const id = rest.slice(name.length + 1);
    if (ofName.some(({ keyId }) => keyId === id)) return { provider, name, id, isVersion: false };
    return ofName.some(({ kekVersion }) => kekVersion === id) ? { provider, name, id, isVersion: true } : undefined;
  }
  return undefined;
}

/** All keys of the configurations. */
export function configuredKeys(configurations: readonly Configuration[]): readonly KnownKey[] {
  const providers = configurations.flatMap(({ rules }) => rules.flatMap((rule) => rule.providers));
  return providers
    .flatMap(keysOf)
    .map(({ provider, name }) => ({ provider, keyName: name, keyId: null, kekVersion: null }));
}

/** Whether a class of values is under the key by its name and ID: as its bytes say, before anything is proven. */
export function namesKey({ provider, name, id, isVersion = false }: KeyInQuestion, valueClass: ValueClass): boolean {
  if (valueClass.provider !== provider) return false;
  if (provider === "identity") return valueClass.state === "plaintext";
  // What can't have been written by the provider, or has no name that can be told, may be anybody's of its keys.
  const { state, keyName, keyId, kekVersion } = valueClass;
  if (state === "malformed" || keyName === null) return true;
  if (keyName !== name && !keyName.startsWith(`${name}:`)) return false;
  if (id === null || keyId === id || kekVersion === id) return true;
  // Of whichever version it is, it may be that one.
  return isVersion && kekVersion === null;
}

/** What the text means as far as configurations tell; what was seen may tell otherwise. */
export function guessedKey(text: KeyText, configured: readonly KnownKey[]): KeyInQuestion {
  const { provider, rest } = text;
  const names = possibleNames(text);
  const name = names.find((each) => configured.some((key) => key.provider === provider && key.keyName === each));
  const guessed = name ?? names[1] ?? rest;
  const isWhole = guessed === rest;
  return {
    provider,
    name: guessed,
    id: isWhole ? null : rest.slice(guessed.length + 1),
    ...(isWhole ? {} : { isVersion: provider === "kms-v1" }),
  };
}

/** Whether two mean the same. */
export function isSameKey(a: KeyInQuestion, b: KeyInQuestion): boolean {
  return a.provider === b.provider && a.name === b.name && a.id === b.id && a.isVersion === b.isVersion;
}
