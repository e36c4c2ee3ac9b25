/** Told how many bytes have been read, and of how many (null: not known). */
type ProgressListener = (bytesRead: number, bytesTotal: number | null) => void;

/** What ends a reading early, and who is told what meanwhile. */
export interface Listeners {
  /** Ends it early: the result is then marked incomplete. */
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  /** Told in one line of what the user should know before the result. */
  readonly onNotice?: (line: string) => void;
  /** Told in one line what reading a live source has cost. */
  readonly onDebug?: (line: string) => void;
}

/** The same with no one missing: nobody listens and nothing ends it early where none is given. */
export function allListeners(given: Listeners): Required<Listeners> {
  const ignore = (): void => undefined;
  return {
    signal: given.signal ?? new AbortController().signal,
    onProgress: given.onProgress ?? ignore,
    onNotice: given.onNotice ?? ignore,
    onDebug: given.onDebug ?? ignore,
  };
}
