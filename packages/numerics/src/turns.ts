import { type Op, type Program, WHOLE } from "@tokenyard/program";
import { checkHalves } from "./half-checks.ts";
import type { Stage } from "./stage.ts";
import { makeWhole, settle } from "./sums/settle.ts";
import { type Tokens, Visit } from "./visit.ts";

/**
 * Halves of a visit to a stage that take turns through its layers: of each data group the first half of its sequences, and the second. What
 * is of the whole comes before them, or after they are one again.
 */
export class Turns {
  readonly #whole: Stage;
  readonly #layers: readonly number[];
  /** The two halves, or the whole alone. */
  readonly #parts: readonly Stage[];
  #isOver = false;

  constructor(whole: Stage, { ops }: Program, layers: readonly number[]) {
    this.#whole = whole;
    this.#layers = layers;
    this.#parts = ops.some(({ part }) => part !== WHOLE) ? [halfOf(whole, 0), halfOf(whole, 1)] : [whole];
  }

  /** What `op` is carried out on. */
  of({ part, work }: Op): Stage {
    if (part !== WHOLE) return this.#parts[part - 1]!;
    if (work !== "host") this.#join();
    return this.#whole;
  }

  /** The layers have ended. */
  end(): void {
    this.#join();
    if (this.#parts.length === 1) finish(this.#whole, this.#layers);
  }

  /** Puts the rows of the halves together. */
  #join(): void {
    if (this.#isOver || this.#parts.length === 1) return;
    this.#isOver = true;
    for (const part of this.#parts) finish(part, this.#layers);
    const { width } = this.#whole;
    for (const [local, visit] of this.#whole.visits.entries()) {
      let at = 0;
      for (const { visits } of this.#parts) {
        visit.residual.set(visits[local]!.residual, at * width);
        at += visits[local]!.tokens.count;
      }
    }
  }
}

function finish(stage: Stage, layers: readonly number[]): void {
  for (const visit of stage.visits) {
    settle(stage, visit);
    makeWhole(stage, visit);
  }
  checkHalves(stage, layers);
}

function halfOf(whole: Stage, half: 0 | 1): Stage {
  const visits = whole.visits.map(({ rank, tokens, residual }) => {
    const middle = middleOf(tokens);
    const [from, to] = half === 0 ? [0, middle] : [middle, tokens.count];
    return new Visit(rank, tokensBetween(tokens, from, to), residual.slice(from * whole.width, to * whole.width));
  });
  return { ...whole, visits, sent: [] };
}

/** The token with which the second half of the sequences begins. */
function middleOf({ count, sequence }: Tokens): number {
  const starts: number[] = [];
  for (let at = 0; at < count; at++) if (at === 0 || sequence[at] !== sequence[at - 1]) starts.push(at);
  return starts[Math.ceil(starts.length / 2)] ?? count;
}

function tokensBetween({ id, sequence, position, yields }: Tokens, from: number, to: number): Tokens {
  return {
    count: to - from,
    id: id.subarray(from, to),
    sequence: sequence.subarray(from, to),
    position: position.subarray(from, to),
    yields: yields.flatMap((row) => (row >= from && row < to ? [row - from] : [])),
  };
}
