import type { Parameters } from "../../points/point.ts";
import { admitted } from "../claims/claim.ts";
import { type Finding, staticFinding } from "../questions/finding.ts";
import { deviationOf } from "../questions/looks.ts";
import { observation, observedPoints } from "../questions/observation.ts";
import type { Question } from "../questions/question.ts";
import type { KeyedPoint, Runs } from "../questions/runs.ts";

/** Seeds of a point whose number is printed, or that is near a turn. */
export const SEEDS_TOLD = 2;
/** Standard deviations over seeds: the side of a number farther than this from the admitted values is decided by one seed. */
const CLEAR = 3;

/**
 * The number of a question at other points of the scenario: of the compiled plan, or the mean over the first seeds, scaled so that over those seeds
 * it gives where nothing is changed the mean that was found with more. What a change leaves alone is drawn alike, so a difference is its doing.
 */
export class PairedMeasure {
  readonly #question: Question;
  readonly #base: Finding;
  readonly #runs: Runs;
  /** Standard deviation of the unchanged runs, as a share of their mean. */
  readonly #deviation: number;
  /** Most seeds that were run of each requested point. */
  readonly #seeds = new Map<string, number>();

  constructor(question: Question, base: Finding, runs: Runs) {
    this.#question = question;
    this.#base = base;
    this.#runs = runs;
    this.#deviation = base.found === null || base.found === 0 ? 0 : deviationOf(base) / Math.abs(base.found);
  }

  /** Number of distinct requested points, without the unchanged one. */
  get points(): number {
    return this.#seeds.size;
  }

  /** Runs of those; 0 of numbers of the compiled plan. */
  get runs(): number {
    return [...this.#seeds.values()].reduce((sum, seeds) => sum + seeds, 0);
  }

  /** The number at each of `points`, which are run together, by one seed, or by two where one does not show its side; null where there is none. */
  async at(points: readonly Parameters[]): Promise<(number | null)[]> {
    const { claim, part } = this.#question;
    if (part.kind === "static") {
      for (const point of points) this.#note(point, 0);
      return points.map((point) => staticFinding(claim, part, this.#runs.scenarioAt(point)).found);
    }
    const first = await this.#over(points, 1);
    const near = points.filter((_, i) => first[i] !== null && !this.#isClear(first[i]!));
    const closer = await this.precise(near);
    return points.map((point, i) => (near.includes(point) ? closer[near.indexOf(point)]! : first[i]!));
  }

  /** Same contract as `at`, with enough seeds to print the number. */
  async precise(points: readonly Parameters[]): Promise<(number | null)[]> {
    return this.#question.part.kind === "static" ? this.at(points) : this.#over(points, SEEDS_TOLD);
  }

  async #over(points: readonly Parameters[], seeds: number): Promise<(number | null)[]> {
    if (points.length === 0) return [];
    for (const point of points) this.#note(point, seeds);
    const [from, ...means] = await this.#means([this.#question.parameters, ...points], seeds);
    const { found } = this.#base;
    const scale = from == null || from === 0 || found === null || found === 0 ? 1 : found / from;
    return means.map((mean) => (mean === null ? null : mean * scale));
  }

  #note(point: Parameters, seeds: number): void {
    if (point === this.#question.parameters) return;
    const name = JSON.stringify(Object.entries(point).sort());
    this.#seeds.set(name, Math.max(seeds, this.#seeds.get(name) ?? 0));
  }

  /** Whether more seeds are unlikely to move `value` to another side of the admitted values, given the spread of the unchanged runs. */
  #isClear(value: number): boolean {
    const room = CLEAR * this.#deviation * Math.abs(value);
    const { low, high } = admitted(this.#question.claim);
    return [low, high].every((end) => !Number.isFinite(end) || Math.abs(value - end) > room);
  }

  async #means(points: readonly Parameters[], seeds: number): Promise<(number | null)[]> {
    const { part } = this.#question;
    const rows = await this.#runs.of(points.flatMap((point) => this.#pointsOf(point, seeds)));
    const each = rows.length / points.length / seeds; // runs of an observation
    return points.map((_, i) => {
      let sum = 0;
      for (let r = 0; r < seeds; r++) {
        const from = (i * seeds + r) * each;
        const seen = observation(part, rows.slice(from, from + each));
        if ("reason" in seen) return null;
        sum += seen.value;
      }
      return sum / seeds;
    });
  }

  #pointsOf(parameters: Parameters, seeds: number): KeyedPoint[] {
    return Array.from({ length: seeds }, (_, r) => observedPoints(this.#question.claim, parameters, r, this.#runs)).flat();
  }
}
