import type { Parameters } from "../point.ts";
import type { Claim } from "./claim.ts";
import { type Finding, staticFinding } from "./finding.ts";
import { observation, observedPoints } from "./observation.ts";
import type { Question } from "./question.ts";
import type { KeyedPoint, Runs } from "./runs.ts";

/** Runs of every point that is searched, with the same seeds at each: one alone says too little of what a value does. */
export const SEEDS_EACH = 2;

/**
 * The number of a question at other points of the scenario: of the compiled plan, or the mean over the same seeds at each point, scaled so that
 * where nothing is changed it gives the mean that was found with more. What a change leaves alone is drawn alike, so a difference is its doing.
 */
export class PairedMeasure {
  readonly #question: Question;
  readonly #base: Finding;
  readonly #runs: Runs;
  readonly #asked = new Set<string>();
  #scale: Promise<number> | undefined;

  constructor(question: Question, base: Finding, runs: Runs) {
    this.#question = question;
    this.#base = base;
    this.#runs = runs;
  }

  /** Different points that were asked for, less the one where nothing is changed. */
  get points(): number {
    return this.#asked.size;
  }

  /** The number at each of `points`, which are run together; null where there is none. */
  async at(points: readonly Parameters[]): Promise<(number | null)[]> {
    const { claim, part, parameters } = this.#question;
    for (const point of points) if (point !== parameters) this.#asked.add(JSON.stringify(Object.entries(point).sort()));
    if (part.kind === "static") return points.map((point) => staticFinding(claim, part, this.#runs.scenarioAt(point)).found);
    const means = await this.#means(points);
    this.#scale ??= this.#scaleOf();
    const scale = await this.#scale;
    return means.map((mean) => (mean === null ? null : mean * scale));
  }

  async #scaleOf(): Promise<number> {
    const [mean] = await this.#means([this.#question.parameters]);
    const { found } = this.#base;
    return mean == null || mean === 0 || found === null || found === 0 ? 1 : found / mean;
  }

  async #means(points: readonly Parameters[]): Promise<(number | null)[]> {
    const { claim, part } = this.#question;
    const rows = await this.#runs.of(points.flatMap((point) => pairedPoints(claim, point, this.#runs)));
    const each = rows.length / points.length / SEEDS_EACH; // runs of an observation
    return points.map((_, i) => {
      let sum = 0;
      for (let r = 0; r < SEEDS_EACH; r++) {
        const from = (i * SEEDS_EACH + r) * each;
        const seen = observation(part, rows.slice(from, from + each));
        if ("reason" in seen) return null;
        sum += seen.value;
      }
      return sum / SEEDS_EACH;
    });
  }
}

/** The runs that a search asks for at a point. */
export function pairedPoints(claim: Claim, parameters: Parameters, runs: Runs): KeyedPoint[] {
  return Array.from({ length: SEEDS_EACH }, (_, r) => observedPoints(claim, parameters, r, runs)).flat();
}
