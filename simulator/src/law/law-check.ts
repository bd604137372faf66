import type { Phase } from "@tokenyard/model";

/** Passes that are drawn exactly, at most, off the record; and layers of each, where all are alike. */
const MOST = 24;
const LAYERS = 4;
/** Number of drawn layers, with a least number of passes, that is enough: many unlike layers say more of each pass. */
const ENOUGH_LAYERS = 400;
const LEAST = 8;

/** Load whose passes are drawn exactly. */
interface Drawn {
  /** Layers of a pass to draw, at most `most` if all are alike. */
  drawnLayers(phase: Phase, most: number): number;
  /** How long the routed layers of a pass with these `tokens` [data groups] took in draw `number`, `layers` of them where all are alike; in nanoseconds. */
  drawNs(tokens: Float64Array, phase: Phase, layers: number, number: number): number;
}

interface Chosen {
  readonly key: number;
  readonly program: Drawn;
  readonly tokens: Float64Array;
  readonly phase: Phase;
  readonly meanNs: number;
}

/** How far exact passes are from the law: by so much is their routed time longer in the mean, in shares of it. */
export interface CheckedLaw {
  readonly passes: number;
  readonly mean: number;
  readonly standardError: number;
}

/** Holds the law to some exact passes with tokens of the run: those whose hashes are least, in whatever order they come. */
export class LawCheck {
  /** Chosen passes by their keys, rising. */
  readonly #chosen: Chosen[] = [];

  /** Passes of `program` had these `tokens` [data groups], for which the law says `meanNs`. */
  offer(program: Drawn, tokens: Float64Array, phase: Phase, meanNs: number): void {
    const key = hashOf(tokens, phase);
    if (meanNs <= 0 || (this.#chosen.length === MOST && key >= this.#chosen[MOST - 1]!.key)) return;
    let at = 0;
    while (at < this.#chosen.length && this.#chosen[at]!.key < key) at++;
    if (this.#chosen[at]?.key === key) return;
    this.#chosen.splice(at, 0, { key, program, tokens: tokens.slice(), phase, meanNs });
    if (this.#chosen.length > MOST) this.#chosen.pop();
  }

  /** Undefined where there are too few passes. */
  outcome(): CheckedLaw | undefined {
    const differences: number[] = [];
    let layers = 0;
    for (const { program, tokens, phase, meanNs } of this.#chosen) {
      if (differences.length >= LEAST && layers >= ENOUGH_LAYERS) break;
      differences.push(program.drawNs(tokens, phase, LAYERS, differences.length) / meanNs - 1);
      layers += program.drawnLayers(phase, LAYERS);
    }
    const passes = differences.length;
    if (passes < 2) return undefined;
    const mean = differences.reduce((sum, each) => sum + each, 0) / passes;
    const squares = differences.reduce((sum, each) => sum + (each - mean) * (each - mean), 0);
    return { passes, mean, standardError: Math.sqrt(squares / (passes - 1) / passes) };
  }
}

/** 32 bits. */
function hashOf(tokens: Float64Array, phase: Phase): number {
  let hash: number = 1 + phase;
  for (let g = 0; g < tokens.length; g++) {
    hash = Math.imul(hash ^ tokens[g]!, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0x85ebca77) >>> 0;
}
