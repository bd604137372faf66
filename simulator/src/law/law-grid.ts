/** Largest number of tokens up to which each number has a node. */
const FEW = 8;
/** The share of the fullest source grows by these factors, up to four times an even one and beyond it. */
const NEAR_EVEN = 1.25;
const FAR_FROM_EVEN = 1.6;
const FAR = 4;

/** Place of a number between two nodes of a grid. */
export interface Between {
  readonly below: number;
  readonly above: number;
  /** 0 at the first, 1 at the second */
  readonly part: number;
}

/** Numbers of tokens that have nodes: each of the first few, then further and further apart. */
export class TokenGrid {
  readonly #factor: number;
  readonly #nodes: number[] = [];
  readonly #steady: ReadonlySet<number>;

  /** `steady`: token numbers of most passes; each is a node. */
  constructor(factor: number, steady: readonly number[] = []) {
    this.#factor = factor;
    this.#steady = new Set(steady);
    for (let tokens = 1; tokens <= FEW; tokens++) this.#nodes.push(tokens);
  }

  /** The nodes around `tokens`. */
  around(tokens: number): Between {
    if (this.#steady.has(tokens)) return { below: tokens, above: tokens, part: 0 };
    const nodes = this.#nodes;
    for (let last = nodes.at(-1)!; last < tokens; last = nodes.at(-1)!) nodes.push(Math.max(last + 1, Math.round(last * this.#factor)));
    return between(nodes, tokens);
  }
}

/** Numbers of tokens of the fullest of `groups` that have nodes where there are `tokens` in all, from the least that there can be on. */
export function fullestNodes(tokens: number, groups: number): number[] {
  const nodes = [Math.ceil(tokens / groups)];
  let share = 1 / groups;
  while (nodes.at(-1)! < tokens) {
    share *= share < FAR / groups ? NEAR_EVEN : FAR_FROM_EVEN;
    const next = Math.min(tokens, Math.round(share * tokens));
    if (next > nodes.at(-1)!) nodes.push(next);
  }
  return nodes;
}

/** Position of `value` among the rising `nodes`; the first or last outside them. */
export function between(nodes: readonly number[], value: number): Between {
  let low = 0;
  let high = nodes.length - 1;
  if (value <= nodes[low]!) return { below: nodes[low]!, above: nodes[low]!, part: 0 };
  if (value >= nodes[high]!) return { below: nodes[high]!, above: nodes[high]!, part: 0 };
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (nodes[middle]! <= value) low = middle;
    else high = middle;
  }
  const below = nodes[low]!;
  const above = nodes[high]!;
  return value === below ? { below, above: below, part: 0 } : { below, above, part: (value - below) / (above - below) };
}
