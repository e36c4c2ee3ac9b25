import type { Provider, ValueClass } from "../model/value-class.ts";

/** A KMS key that somebody who knows has named: its key ID, or the version of the remote key. */
export interface NamedKmsKey {
  readonly provider: Provider;
  readonly name: string;
  readonly id: string;
}

/**
 * How the key of a KMS value stands to the one in force: `older` by the word of who knows, `seems-older` where a newer
 * one was seen and nobody said which is in force. Null where nothing tells, and of other providers.
 */
export type KmsStanding = "in-force" | "older" | "seems-older" | null;

/** A class of KMS values and the revision of its newest write. */
export interface KmsWrite {
  readonly valueClass: ValueClass;
  readonly lastWrite: number;
}

/** What is in force for one provider and name. */
interface InForce {
  readonly named: readonly string[];
  /** The key ID and the version of the remote key that wrote last. */
  readonly newest: ValueClass;
  readonly lastWrite: number;
}

/**
 * Which KMS keys are in force. What is newest is told by revisions: versions are texts of many forms. A plugin may keep
 * its key ID through a rotation of the remote key, so versions are compared too, where values show them.
 */
export class KmsKeysInForce {
  private readonly byName = new Map<string, InForce>();

  /**
   * @param texts all that each key that was named may mean, the longest name first
   * @param writes of live values and superseded revisions
   */
  constructor(texts: readonly (readonly NamedKmsKey[])[], writes: readonly KmsWrite[]) {
    const seen = new Set(writes.map(({ valueClass }) => nameOf(valueClass)));
    const named = texts.flatMap((text) => text.find(({ provider, name }) => seen.has(`${provider}/${name}`)) ?? []);
    for (const { valueClass, lastWrite } of writes) {
      const id = nameOf(valueClass);
      if (id === null) continue;
      const before = this.byName.get(id);
      if (before !== undefined && before.lastWrite >= lastWrite) continue;
      const ids = named.filter((key) => `${key.provider}/${key.name}` === id).map((key) => key.id);
      this.byName.set(id, { named: ids, newest: valueClass, lastWrite });
    }
  }

  /** Whether somebody said of every KMS key that was seen what is in force; false where none was seen. */
  get areAllNamed(): boolean {
    return this.byName.size > 0 && [...this.byName.values()].every(({ named }) => named.length > 0);
  }

  /** How the key of one class stands. */
  standing(valueClass: ValueClass): KmsStanding {
    const name = nameOf(valueClass);
    const inForce = name === null ? undefined : this.byName.get(name);
    if (inForce === undefined) return null;
    const { named, newest } = inForce;
    const { keyId, kekVersion } = valueClass;
    const isNamed = (id: string | null) => id !== null && named.includes(id);
    if (isNamed(kekVersion)) return "in-force";
    if (named.length > 0 && !isNamed(keyId)) return "older";
    if (named.length === 0 && keyId !== newest.keyId) return "seems-older";
    // Of one key ID: a version that nobody named is told by what was written last under it.
    const isOtherVersion = kekVersion !== null && newest.kekVersion !== null && kekVersion !== newest.kekVersion;
    return isOtherVersion && keyId === newest.keyId ? "seems-older" : "in-force";
  }
}

function nameOf({ provider, state, keyName }: ValueClass): string | null {
  if (provider !== "kms-v1" && provider !== "kms-v2") return null;
  return state === "encrypted" && keyName !== null ? `${provider}/${keyName}` : null;
}
