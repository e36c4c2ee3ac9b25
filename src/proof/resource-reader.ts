import { beginsWith } from "../bytes/begins-with.ts";
import { ENCRYPTED_PREFIX } from "../classify/prefix.ts";
import type { KeyReference } from "../model/key-reference.ts";
import { OPENINGS, type Opening, type ValueOpener } from "./opening.ts";
import { looksLikeObject } from "./plausible-content.ts";
import type { ProofOutcome } from "./proof-outcome.ts";

/** One entry of the two nested lists in which the API server looks for a key. */
export type ReaderEntry =
  | { readonly kind: "identity" }
  | { readonly kind: "cipher"; readonly key: KeyReference; readonly prefix: Uint8Array; readonly opener: ValueOpener };

/** An entry at its place. What it can come to is made once, and has a number: reading a value makes no object. */
type PlacedEntry =
  | { readonly kind: "identity"; readonly ofObject: number; readonly ofOther: number }
  | {
      readonly kind: "cipher";
      readonly prefix: Uint8Array;
      readonly opener: ValueOpener;
      /** Of its first opening; the others follow in the order of `OPENINGS`. */
      readonly firstOutcome: number;
    };

/** Above every length of a prefix. */
const NOT_ATTEMPTED = 2 ** 32;

const NO_KEY: ProofOutcome = { kind: "no-key" };
const NO_KEY_NUMBER = 0;

/**
 * Reads values as the transformers of one rule do: every entry whose prefix fits is tried in order, the first success
 * counts, no failure ends the search, and identity refuses whatever begins `k8s:enc:` (apiserver
 * pkg/storage/value/transformer.go: prefixTransformers; encrypt/identity/identity.go).
 */
export class ResourceReader {
  /** What values can come to, by number: the same for every reader of the same entries, in whatever thread. */
  readonly outcomes: readonly ProofOutcome[];
  private readonly entries: readonly PlacedEntry[];

  /** @param providers the entries of each provider, in the order of both lists */
  constructor(providers: readonly (readonly ReaderEntry[])[]) {
    const outcomes: ProofOutcome[] = [NO_KEY];
    this.entries = providers.flatMap((entries, place) =>
      entries.map((entry, keyPlace) => placed(entry, place !== 0 || keyPlace !== 0, outcomes)),
    );
    this.outcomes = outcomes;
  }

  /** Whether a key in force opens the value of `length` bytes at `offset`, stored under `etcdKey`. Never throws. */
  read(etcdKey: Uint8Array, bytes: Uint8Array, offset: number, length: number): ProofOutcome {
    return this.outcomes[this.readNumber(etcdKey, bytes, offset, length)] ?? NO_KEY;
  }

  /** The number of what `read` gives. */
  readNumber(etcdKey: Uint8Array, bytes: Uint8Array, offset: number, length: number): number {
    const end = offset + length;
    const isEncrypted = beginsWith(bytes, offset, end, ENCRYPTED_PREFIX);
    let best = NO_KEY_NUMBER;
    let bestRank = -1;
    for (const entry of this.entries) {
      if (entry.kind === "identity") {
        if (isEncrypted) continue;
        return looksLikeObject(bytes.subarray(offset, end)) ? entry.ofObject : entry.ofOther;
      }
      const { prefix } = entry;
      if (!isEncrypted || !beginsWith(bytes, offset, end, prefix)) continue;
      const opening = entry.opener.open(bytes, offset + prefix.length, end, etcdKey);
      const outcome = entry.firstOutcome + OPENINGS.indexOf(opening);
      if (endsSearch(opening)) return outcome;
      // Names may hold colons, so several can fit: the longest is meant. What was not attempted might have opened it.
      const rank = prefix.length + (opening === "not-attempted" ? NOT_ATTEMPTED : 0);
      if (rank > bestRank) {
        best = outcome;
        bestRank = rank;
      }
    }
    return best;
  }
}

/** Wrong content is a success to the API server, which then can't decode the object: it looks no further. */
function endsSearch(opening: Opening): boolean {
  switch (opening) {
    case "verified":
    case "verified-stale":
    case "plausible":
    case "plausible-stale":
    case "content":
      return true;
    default:
      return false;
  }
}

/** @param outcomes takes what the entry can come to */
function placed(entry: ReaderEntry, stale: boolean, outcomes: ProofOutcome[]): PlacedEntry {
  const first = outcomes.length;
  if (entry.kind === "identity") {
    outcomes.push({ kind: "plaintext", stale, isObject: true }, { kind: "plaintext", stale, isObject: false });
    return { kind: "identity", ofObject: first, ofOther: first + 1 };
  }
  const { prefix, opener, key } = entry;
  outcomes.push(...OPENINGS.map((opening) => outcomeOf(opening, key, stale)));
  return { kind: "cipher", prefix, opener, firstOutcome: first };
}

function outcomeOf(opening: Opening, key: KeyReference, stale: boolean): ProofOutcome {
  switch (opening) {
    case "verified":
      return { kind: "verified", key, stale };
    case "verified-stale":
      return { kind: "verified", key, stale: true };
    case "plausible":
      return { kind: "plausible", key, stale };
    case "plausible-stale":
      return { kind: "plausible", key, stale: true };
    case "not-attempted":
      return { kind: "not-attempted", key, stale };
    default:
      return { kind: "wrong-key", key, reason: opening };
  }
}
