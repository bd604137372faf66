import type { Scenario } from "@tokenyard/scenario";
import { isImpossible, type Point } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { Looks } from "./looks.ts";
import { replicatedPoints } from "./replication.ts";
import { SeedSums } from "./seed-sums.ts";
import { watchedOf } from "./seeds.ts";

/** Seeds of a choice that run before the first decision: the two looks that may end it are at 16 and at 32. */
const FIRST = 32;

export interface Precise {
  /** Share of its number that half of each watched interval may be. */
  readonly precision: number;
  /** Seeds of a choice at most. */
  readonly most: number;
}

/**
 * Runs each choice with seeds until two looks in a row are narrow, as `seedsReport` does for one scenario, or `most` have run. Rows have
 * the order of `replicatedPoints`, and are the same on any runner. A choice with a seed without a report gets no more seeds.
 */
export async function* preciseRows(
  choices: Iterable<Point>,
  { precision, most }: Precise,
  runner: Runner,
  options: RunnerOptions = {},
): AsyncGenerator<PointResult> {
  const under: { choice: LookedChoice | undefined } = { choice: undefined };
  const stop = () => under.choice?.giveUp();
  options.signal?.addEventListener("abort", stop);
  async function* points(): AsyncGenerator<Point> {
    let index = 0;
    for (const point of choices) {
      const seeds = replicatedPoints([point], most);
      const choice = new LookedChoice(point.scenario, precision);
      under.choice = choice;
      for (let wanted = Math.min(FIRST, most); !choice.isEnough && options.signal?.aborted !== true; wanted = Math.min(2 * wanted, most)) {
        let last = false;
        while (choice.sent < wanted && !last) {
          const { value, done } = seeds.next();
          if (done === true) last = true;
          else {
            choice.sent++;
            yield { ...value, index: index++ };
          }
        }
        await choice.answered();
        if (last || wanted === most) break;
      }
    }
  }
  try {
    for await (const row of runner.run(points(), options)) {
      under.choice!.add(row);
      yield row;
    }
  } finally {
    stop();
    options.signal?.removeEventListener("abort", stop);
  }
}

/** The seeds of one choice: the number sent, and the results so far. */
class LookedChoice {
  sent = 0;
  #back = 0;
  #isOver = false;
  #isGivenUp = false;
  #wake: (() => void) | undefined;
  readonly #sums = new SeedSums();
  readonly #looks: Looks;

  constructor(scenario: Point["scenario"], precision: number) {
    this.#looks = new Looks(precision, isImpossible(scenario) ? [] : watchedOf(scenario as Scenario));
  }

  /** Whether no further seed is needed. */
  get isEnough(): boolean {
    return this.#isOver;
  }

  add(row: PointResult): void {
    this.#back++;
    if (row.status === "ok" && !this.#isOver) {
      this.#sums.add(row.report);
      this.#isOver = this.#looks.isEnough(this.#sums.count, (path) => this.#sums.estimate(path));
    } else {
      this.#isOver = true;
    }
    if (this.#back === this.sent) this.#wake?.();
  }

  /** Once every seed that was sent is back. */
  async answered(): Promise<void> {
    if (this.#back < this.sent && !this.#isGivenUp) await new Promise<void>((wake) => (this.#wake = wake));
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#wake?.();
  }
}
