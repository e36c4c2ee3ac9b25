/** Everything that was asked for was seen, and nothing reached the `--fail-on` level. */
export const EXIT_PASS = 0;
/** Everything was seen, and something reached it. */
export const EXIT_FINDINGS = 1;
/** The command line, a configuration or a source can't be used: nothing was scanned. */
export const EXIT_UNUSABLE = 2;
/** The scan did not see all that it was asked to see: nothing may be concluded. */
export const EXIT_INCOMPLETE = 3;
/** Interrupted by the user. */
export const EXIT_INTERRUPTED = 130;
/** The reader of a pipe went away. */
export const EXIT_PIPE_CLOSED = 141;
