const [COLLECTIVE, PREFILL, DECODE, QUEUE, MOVE] = ["#b711a4", "#2595fd", "#057416", "#d30317", "#6a8277"];

/**
 * Colours of op kinds and other parts, by name, for light and dark ground alike. Any two are apart for the colour-blind too; those of no work are pale.
 * Names without one get one of the rest.
 */
const NAMED: Readonly<Record<string, string>> = {
  attention: PREFILL,
  experts: "#d5790c",
  shared: "#827a4c",
  dense: "#7b5d55",
  gate: "#a0909c",
  head: "#4d53f9",
  host: "#67626b",
  draft: "#a26190",
  "all-reduce": COLLECTIVE,
  "all-gather": COLLECTIVE,
  "reduce-scatter": COLLECTIVE,
  dispatch: "#2ca877",
  combine: DECODE,
  send: "#cc74bb",
  move: MOVE,
  queue: QUEUE,
  queued: QUEUE,
  prefill: PREFILL,
  decode: DECODE,
  preempted: "#d5790c",
  moved: MOVE,
  waiting: "#b4bcc6",
  idle: "#e6eaee",
  lost: "#f0c040",
  down: "#d9b8fa",
};
const REST = ["#827a4c", "#7b5d55", "#a26190", "#4d53f9"];

/** The colour of an op kind. */
export function colourOf(name: string): string {
  const known = NAMED[name];
  if (known !== undefined) return known;
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return REST[sum % REST.length]!;
}
