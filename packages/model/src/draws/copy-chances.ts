import { visitsOf, wholePower } from "./spread-ratios.ts";

const STEPS = 256;
const HALVINGS = 40;

/**
 * Chance that each of a token's `topK` copies comes to a place, given that the token may come there and the mean number of its copies
 * there. Solved by bisection at 1 + i/256 · (topK − 1) copies, linear between. Source: docs/models/routing.md#visits.
 */
class CopyChances {
  readonly #topK: number;
  readonly #chances = new Float64Array(STEPS + 1);

  /** `topK` is at least 2. */
  constructor(topK: number) {
    this.#topK = topK;
    for (let i = 1; i <= STEPS; i++) this.#chances[i] = solved(1 + (i / STEPS) * (topK - 1), topK);
  }

  /** Number of `visits` tokens with `copies` copies at a place that still come where `kept` copies are left. */
  left(visits: number, copies: number, kept: number): number {
    const all = visits * (kept / copies);
    if (copies <= visits) return all; // one each
    const topK = this.#topK;
    const at = Math.min(STEPS, ((copies / visits - 1) / (topK - 1)) * STEPS);
    const i = Math.min(STEPS - 1, Math.floor(at));
    const chance = this.#chances[i]! + (at - i) * (this.#chances[i + 1]! - this.#chances[i]!);
    // visits · (1 − (1 − chance · kept/copies)^topK) / (1 − (1 − chance)^topK), as copies/visits = topK · chance / (1 − (1 − chance)^topK)
    const left = (copies * (1 - wholePower(1 - (chance * kept) / copies, topK))) / (topK * chance);
    return left > all ? Math.min(left, visits) : all; // small chances lose digits
  }
}

const known = new Map<number, CopyChances>();

/** The shared table of `topK`. */
export function copyChances(topK: number): CopyChances {
  const chances = known.get(topK) ?? new CopyChances(topK);
  known.set(topK, chances);
  return chances;
}

/** p · topK / (1 − (1 − p)^topK) = `mean`: it grows with p. */
function solved(mean: number, topK: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const p = (low + high) / 2;
    if (p * topK < mean * visitsOf(p * topK, 1, topK)) low = p;
    else high = p;
  }
  return (low + high) / 2;
}
