/** Exit code of the process. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 143;

export const FINE = 0;
/** A target was missed under `--strict`, a replay differs, or a search found no plan that holds the constraints. */
export const MISSED = 1;
export const BAD_INPUT = 2;
export const OUR_FAULT = 3;
/** A study of which no point came to a result. */
export const NOTHING_RAN = 3;
/** Under `--strict` no target was missed, but of one the seeds do not say whether it is met. */
export const NOT_ENOUGH_EVIDENCE = 4;
/** A server that is to be observed does not answer. */
export const UNREACHABLE = 5;
/** After Ctrl-C, as shells count it: 128 + SIGINT. */
export const INTERRUPTED = 130;
/** After SIGTERM: 128 + 15. */
export const TERMINATED = 143;
