import type { Streams } from "@tokenyard/random";
import type { ModelSpec } from "@tokenyard/scenario";
import { normed } from "./ops/norm.ts";
import { TokenNumbers } from "./token-numbers.ts";
import type { Visit } from "./visit.ts";
import type { ModelWeights } from "./weights/model-weights.ts";

/** The requests that are executed: prompt tokens [sequences], and the number of outputs of each. */
export interface Load {
  readonly prompts: readonly number[];
  readonly inputs: Inputs;
  readonly outputs: number;
  /** Tokens of a prompt that a pass computes at most; unset: all. */
  readonly chunk?: number;
}

/** Inputs of the model: tokens [sequences][prompt], or rows if a model has no vocabulary. */
export type Inputs = { readonly tokens: readonly (readonly number[])[] } | { readonly rows: readonly (readonly Float64Array[])[] };

/** Random prompts, one of each given length in tokens. */
export function drawnInputs({ vocabulary, hiddenSize }: ModelSpec, prompts: readonly number[], streams: Streams): Inputs {
  const drawn = <Input>(draw: (next: () => number) => Input) =>
    prompts.map((count, sequence) => {
      const stream = streams.fresh(`prompt/${sequence}`);
      return Array.from({ length: count }, () => draw(() => stream.next()));
    });
  if (vocabulary !== undefined) return { tokens: drawn((next) => Math.floor(next() * vocabulary)) };
  return { rows: drawn((next) => Float64Array.from({ length: hiddenSize }, () => 2 * next() - 1)) };
}

/** Tokens of a sequence that a pass computes. */
export interface Piece {
  readonly sequence: number;
  readonly from: number;
  readonly to: number;
  /** Whether its last token yields an output. */
  readonly yields: boolean;
}

/** Pieces of each pass of `load`: prompts in chunks, then one token of each sequence at a time. */
export function passesOf({ prompts, outputs, chunk = Number.POSITIVE_INFINITY }: Load): readonly (readonly Piece[])[] {
  const passes: Piece[][] = [];
  const longest = Math.max(...prompts);
  for (let from = 0; from < longest; from += chunk) {
    passes.push(
      prompts.flatMap((tokens, sequence) => {
        const to = Math.min(tokens, from + chunk);
        return to > from ? [{ sequence, from, to, yields: to === tokens }] : [];
      }),
    );
  }
  for (let step = 1; step < outputs; step++) {
    passes.push(prompts.map((tokens, sequence) => ({ sequence, from: tokens + step - 1, to: tokens + step, yields: true })));
  }
  return passes;
}

/**
 * Provides what the list of ops does not: the rows of the tokens, and the largest of the logits of all shards. Source:
 * docs/numerics.md#the-host.
 */
export class Host {
  /** [sequences] tokens so far, of a model with a vocabulary */
  readonly tokens: number[][];
  /** [sequences] rows so far of each sequence */
  readonly #rows: Float64Array[][];
  readonly #weights: ModelWeights;
  readonly #width: number;
  /** Numbers of its tokens. */
  readonly numbers: TokenNumbers;

  constructor({ prompts, inputs }: Load, weights: ModelWeights, width: number) {
    this.#weights = weights;
    this.#width = width;
    this.numbers = new TokenNumbers(prompts);
    this.tokens = "tokens" in inputs ? inputs.tokens.map((own) => [...own]) : prompts.map(() => []);
    this.#rows = "rows" in inputs ? inputs.rows.map((own) => [...own]) : [];
  }

  /** The row of the token on place `position` of `sequence`. */
  row(sequence: number, position: number): Float64Array {
    const { embedding } = this.#weights;
    if (embedding === undefined) return this.#rows[sequence]![position]!;
    const token = this.tokens[sequence]![position]!;
    return embedding.numbers.subarray(token * this.#width, (token + 1) * this.#width);
  }

  /** Takes the outputs of a data group, whose ranks are `visits`: the token with the largest logit, of equal ones the first; or the row itself. */
  take(visits: readonly Visit[]): void {
    const { tokens, residual } = visits[0]!;
    const words = this.#weights.embedding?.inFeatures;
    for (const [i, row] of tokens.yields.entries()) {
      const sequence = tokens.sequence[row]!;
      if (words === undefined) {
        this.#rows[sequence]!.push(normed(residual, this.#width, row, row + 1));
        continue;
      }
      let best = 0;
      let most = Number.NEGATIVE_INFINITY;
      for (const [place, { logits }] of visits.entries()) {
        const shard = Math.ceil(words / visits.length);
        for (let w = 0; w < Math.min(shard, words - place * shard); w++) {
          const logit = logits?.[i * shard + w] ?? 0;
          if (logit <= most) continue;
          most = logit;
          best = place * shard + w;
        }
      }
      this.tokens[sequence]!.push(best);
    }
  }
}
