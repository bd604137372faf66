/** What a combination may be refused with, and the line of docs/faults.md that gives the reason. */
export const REFUSALS: readonly { readonly message: RegExp; readonly line: string }[] = [
  { message: /^communication\.fallback: local-experts with no all-to-all given/, line: "| `local-experts` without an all-to-all" },
  {
    message: /^communication\.fallback: local-experts with \d+ ranks on several nodes/,
    line: "or with tensor groups over several nodes |",
  },
  { message: /^communication\.sends: wait with one stage given/, line: "or with one stage and no pools |" },
  {
    message: /^(pools\.\d\.)?health\.inFlight: (fail|requeue) beside checkpoints given/,
    line: "| `checkpoints` with `inFlight` other than `migrate` |",
  },
  {
    message: /^checkpoints\.to: peer, and there is one data group( in a pool)? given/,
    line: "| `checkpoints: { to: peer }` with one data group",
  },

  {
    message: /^serving\.scheduler: static beside retries given/,
    line: "| `retries` and `serving.mostWaiting` with the scheduler `static` |",
  },
  {
    message: /^serving\.mostWaiting: 2 beside scheduler: static given/,
    line: "| `retries` and `serving.mostWaiting` with the scheduler `static` |",
  },
];
