/** Values that are opened beside the reading; what they come to is had in the order in which they were added. */
export interface ProofQueue {
  /** Whether another one may be added; if not, the oldest is taken first. */
  readonly hasRoom: boolean;
  /**
   * Copies a value that is to be opened. False where it is too large for that.
   * @param resource `resource` or `resource.group`; null of a key that no API server would decrypt
   */
  add(resource: string | null, ...value: ValueToOpen): boolean;
  /**
   * What came of the oldest; waits for it. The object is reused.
   * @throws RangeError when there is none
   */
  takeOldest(): Readonly<Proven>;
  /** Ends what runs beside. */
  close(): void;
}

/** Where a value lies, of `length` bytes at `offset`. The number of its class comes back with the outcome. */
export type ValueToOpen = readonly [
  valueClass: number,
  etcdKey: Uint8Array,
  bytes: Uint8Array,
  offset: number,
  length: number,
];

/** A value that was opened. */
export interface Proven {
  resource: string | null;
  valueClass: number;
  /** For each configuration in force the number that its reader of the resource has for the outcome. */
  outcomes: Uint32Array;
}
