/** Colours of op kinds and other parts, by name, for light and dark ground alike; names without one get one of the rest. */
const NAMED: Readonly<Record<string, string>> = {
  attention: "#2f6fb5",
  experts: "#c8641e",
  dense: "#8a5a2b",
  gate: "#7a7f87",
  head: "#5c4a8a",
  "all-reduce": "#8e3f8e",
  "all-gather": "#8e3f8e",
  "reduce-scatter": "#8e3f8e",
  dispatch: "#1d8a6b",
  combine: "#5f9e2f",
  send: "#b8860b",
  queue: "#a33a3a",
  queued: "#a33a3a",
  prefill: "#2f6fb5",
  decode: "#5f9e2f",
  preempted: "#d0568a",
  moved: "#b8860b",
  waiting: "#9aa3ad",
  idle: "#c9ced4",
  lost: "#d0568a",
  down: "#3b3b3b",
};
const REST = ["#3d7f8f", "#7f6f3d", "#6f3d7f", "#4f7f3d"];

/** The colour of an op kind. */
export function colourOf(name: string): string {
  const known = NAMED[name];
  if (known !== undefined) return known;
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return REST[sum % REST.length]!;
}
