import type { CorpusPoint, StoredRevision } from "./scenario-folder.ts";

/** The canaries of a scenario, by the write that stored each. */
export interface Canaries {
  readonly resources: readonly string[];
  /** The canary of a write that was stored in plaintext; undefined for any other. */
  ofPlaintext(key: string, revision: number): string | undefined;
  /** Those that a byte search finds. */
  within(bytes: Uint8Array): ReadonlySet<string>;
}

/** What is known of a scenario's canaries: `CANARY-<scenario>-...-g<n>`, in the data of each object. */
export function canariesOf({ objects }: Pick<CorpusPoint, "objects">): Canaries {
  const plaintext = new Map<string, string>();
  const all = new Set<string>();
  const resources = new Set<string>();
  for (const { key, group, resource, history } of objects) {
    for (const { rev, canary, provider } of history) {
      if (canary === undefined) continue;
      all.add(canary);
      resources.add(group === "" ? resource : `${resource}.${group}`);
      if (provider === "identity") plaintext.set(`${rev} ${key}`, canary);
    }
  }
  return {
    resources: [...resources].sort(),
    ofPlaintext: (key, revision) => plaintext.get(`${revision} ${key}`),
    within: (bytes) => {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
      // The number at a canary's end may go on: g1 is not g12.
      const found = new Set(text.match(/CANARY-[-.a-z0-9]+-g\d+/g));
      return new Set([...all].filter((canary) => found.has(canary)));
    },
  };
}

/** The canaries of revisions that are stored in plaintext. */
export function storedCanaries(canaries: Canaries, revisions: readonly StoredRevision[]): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const { key, rev, tombstone } of revisions) {
    const canary = tombstone ? undefined : canaries.ofPlaintext(key, rev);
    if (canary !== undefined) stored.add(canary);
  }
  return stored;
}
