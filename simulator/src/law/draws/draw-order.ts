/** Least number of draws of a node. */
export const LEAST = 12;
const GOLDEN = 0.618;
/** One in this number of unlike layers, but at least twelve, is drawn twice at first: their variance stands for that of the others. */
const TWICE = 4;

/** Layers to draw in a turn: all, then some of them again, then the others, then all again. */
export function turnOf(layers: number, turn: number): number[] {
  const all = Array.from({ length: layers }, (_, at) => at);
  const every = Math.max(1, Math.min(TWICE, Math.floor(layers / LEAST)));
  if (turn === 0 || turn > 2) return all;
  return all.filter((at) => (at % every === 0) === (turn === 1));
}

/** A stride that visits each of `count` places once before any again, distant ones first. */
export function strideOf(count: number): number {
  for (let stride = Math.ceil(GOLDEN * count); ; stride++) if (haveNoDivisor(stride, count)) return stride;
}

function haveNoDivisor(a: number, b: number): boolean {
  return b === 0 ? a === 1 : haveNoDivisor(b, a % b);
}

/** Fills `out` [data groups] with `tokens` in all, of which group `turn` has `fullest`, and the others as many each as can be. */
export function fillTokens(out: Float64Array, tokens: number, fullest: number, turn: number): void {
  const groups = out.length;
  const others = groups - 1;
  const rest = tokens - fullest;
  const each = others === 0 ? 0 : Math.floor(rest / others);
  const more = rest - each * others;
  for (let i = 0; i < groups; i++) out[(turn + i) % groups] = i === 0 ? fullest : each + (i <= more ? 1 : 0);
}
