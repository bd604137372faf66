import { pow, Streams } from "@tokenyard/random";
import { EXPERT_DRAWS } from "@tokenyard/scenario";

/** Distance from 1 below which the exponent counts as 1, where the law has another form. */
const NEAR_ONE = 1e-6;

/** How copies were dealt to experts: how popular these are was drawn by a power law, and the rank with the most copies was measured. */
export interface PowerLaw {
  readonly tokens: number;
  readonly topK: number;
  /** Experts of one rank. */
  readonly experts: number;
  readonly ranks: number;
  readonly exponent: number;
}

/**
 * Loads drawn by power laws, as AIConfigurator draws them: weights of density x^−exponent on [1, 0.8 · tokens], or on [0.01, 2] if there
 * are no more copies than experts. Each expert gets its share of the copies, rounded, and at most one of each token; ranks make up an
 * excess or a lack in turns, with their experts that have the most or the fewest. Laws with equal numbers of experts share their draws.
 */
export class PowerLaws {
  readonly #drawn = new Map<number, Float64Array>();
  readonly #weights = new Map<string, Float64Array>();
  readonly #loads = new Map<string, readonly Float64Array[]>();

  /** [draws] Copies of each expert of the rank with the most copies. */
  loadsOf(law: PowerLaw): readonly Float64Array[] {
    const key = `${law.tokens}/${law.topK}/${law.experts}/${law.ranks}/${law.exponent}`;
    let loads = this.#loads.get(key);
    if (loads === undefined) {
      const all = law.experts * law.ranks;
      const weights = this.#weightsOf(law, all);
      const draw = (i: number) => busiest(dealt(weights.subarray(i * all, (i + 1) * all), law), law.experts);
      loads = Array.from({ length: EXPERT_DRAWS }, (_, i) => draw(i));
      this.#loads.set(key, loads);
    }
    return loads;
  }

  /** [draws × experts] */
  #weightsOf({ tokens, topK, exponent }: PowerLaw, all: number): Float64Array {
    const key = `${tokens}/${topK}/${all}/${exponent}`;
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const [from, to] = tokens * topK > all ? [1, Math.max(1.001, 0.8 * tokens)] : [0.01, 2];
    const power = Math.abs(1 - exponent) < NEAR_ONE ? NEAR_ONE : 1 - exponent;
    const [low, high] = [pow(from, power), pow(to, power)];
    const weights = this.#drawnOf(all).map((chance) => pow(low + (high - low) * chance, 1 / power));
    this.#weights.set(key, weights);
    return weights;
  }

  #drawnOf(all: number): Float64Array {
    let drawn = this.#drawn.get(all);
    if (drawn === undefined) {
      const stream = new Streams(1).stream(`measured-experts/${all}`);
      drawn = Float64Array.from({ length: EXPERT_DRAWS * all }, () => stream.next());
      this.#drawn.set(all, drawn);
    }
    return drawn;
  }
}

/** Copies of each expert; those of a rank in no particular order. */
export function dealt(weights: Float64Array, { tokens, topK, experts, ranks }: PowerLaw): Float64Array {
  const copies = tokens * topK;
  const perWeight = copies / sumOf(weights, 0, weights.length);
  const counts = weights.map((weight) => Math.min(tokens, Math.round(weight * perWeight)));
  const over = sumOf(counts, 0, counts.length) - copies;
  const room = Array.from({ length: ranks }, (_, rank) => {
    const held = sumOf(counts, rank * experts, (rank + 1) * experts);
    return over > 0 ? held : experts * tokens - held;
  });
  const turns = inTurns(Math.abs(over), room);
  for (const [rank, turn] of turns.entries()) {
    const own = counts.subarray(rank * experts, (rank + 1) * experts).sort();
    if (over > 0) drain(own, turn);
    else fill(own, turn);
  }
  return counts;
}

/** Number of `count` that each gets when they take one in turns, as long as they have room. */
function inTurns(count: number, room: readonly number[]): number[] {
  const taken = room.map(() => 0);
  let left = count;
  let open = room.flatMap((most, i) => (most > 0 ? [i] : []));
  while (left > 0 && open.length > 0) {
    const each = Math.max(1, Math.floor(left / open.length));
    for (const i of open) {
      const more = Math.min(each, left, room[i]! - taken[i]!);
      taken[i]! += more;
      left -= more;
    }
    open = open.filter((i) => taken[i]! < room[i]!);
  }
  return taken;
}

/** Adds `count` to `sorted`, which rises, each to one of the least. */
function fill(sorted: Float64Array, count: number): void {
  let left = count;
  let low = 1;
  while (low < sorted.length && (sorted[low]! - sorted[0]!) * low <= left) {
    left -= (sorted[low]! - sorted[low - 1]!) * low;
    sorted.fill(sorted[low]!, 0, low);
    low++;
  }
  for (let i = 0; i < low; i++) sorted[i]! += Math.floor(left / low) + (i < left % low ? 1 : 0);
}

/** Takes `count` from `sorted`, which rises, each from one of the most. */
function drain(sorted: Float64Array, count: number): void {
  sorted.reverse();
  for (let i = 0; i < sorted.length; i++) sorted[i] = 0 - sorted[i]!;
  fill(sorted, count);
  for (let i = 0; i < sorted.length; i++) sorted[i] = 0 - sorted[i]!;
}

/** The part of the rank with the most copies, of the first of several. */
function busiest(counts: Float64Array, experts: number): Float64Array {
  let [most, found] = [-1, 0];
  for (let first = 0; first < counts.length; first += experts) {
    const sum = sumOf(counts, first, first + experts);
    if (sum > most) [most, found] = [sum, first];
  }
  return counts.slice(found, found + experts);
}

function sumOf(numbers: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += numbers[i]!;
  return sum;
}
