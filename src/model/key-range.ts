/** Keys from `key` up to, and without, `rangeEnd`, as etcd's Range takes them. */
export interface KeyRange {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}

/** What a source that is asked range by range must be asked for. */
export interface WantedRanges {
  /** Whether the user named the prefixes: then each must be readable. */
  readonly arePrefixesNamed: boolean;
  readonly prefixes: readonly WantedPrefix[];
  /** Keys outside every prefix: between them lie other prefixes, if any. */
  readonly gaps: readonly KeyRange[];
}

/** One prefix and what of it is wanted. */
export interface WantedPrefix {
  /** The prefix as text, without a slash at its end. */
  readonly prefix: string;
  /** Everything under it: asked for one key only, to see whether there is any. */
  readonly whole: KeyRange;
  /** The ranges whose values are audited or counted. */
  readonly values: readonly KeyRange[];
  /** Where the definitions of custom resources lie, when one is wanted: they help to tell names, and may be refused. */
  readonly definitions: KeyRange | null;
}
