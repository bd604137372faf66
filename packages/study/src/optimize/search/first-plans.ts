import type { GivenRuns, Step } from "./given-runs.ts";
import type { Hopes } from "./hopes.ts";
import { likelyFirst } from "./likely.ts";
import type { Prospect } from "./prospect.ts";
import type { Standing } from "./standing.ts";

/** Plans that are run of each kind, at most. */
const MOST_RUNS = 6;
/** Most plans to ask the formula about: they are priced in a few seconds. */
const MOST_ASKED = 300;
/** By how much plans are to hold the constraints by the formula that are run first. */
const PROMISED = 1.2;

interface Parts {
  readonly hopes: Hopes<Prospect>;
  readonly runs: GivenRuns;
  readonly standing: Standing;
  /** The prospect with more proved about it; undefined when it need not be run. */
  closer(prospect: Prospect): Prospect | undefined;
}

/**
 * Runs plans one after another until one holds the constraints, so that a search that is ended early has an answer: under load the cheapest plans, with which it begins, are
 * overloaded. After `wait` a result must have arrived.
 */
export class FirstPlans {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Runs the best hope of those that hold the constraints by the formula with room to spare; waits for nothing. */
  *promised(): Generator<Step, void, void> {
    const { hopes, runs, closer } = this.#parts;
    const others: Prospect[] = [];
    let given: Prospect | undefined;
    for (let { first } = hopes; first !== undefined && given === undefined && others.length < MOST_ASKED; { first } = hopes) {
      hopes.take();
      if (!isBounded(first)) {
        const closest = closer(first);
        if (closest !== undefined) hopes.add(closest);
      } else if (first.variant.formula?.promises(first.choice, PROMISED) === true) given = first;
      else others.push(first);
      yield "looked";
    }
    for (const prospect of others) hopes.add(prospect);
    if (given !== undefined) yield runs.give(given);
  }

  /** Runs more of them until a plan holds the constraints; the first is under way. */
  *promisedUntil(): Generator<Step, void, void> {
    const { runs, standing } = this.#parts;
    yield* runs.settleBut(1);
    for (let before = 0; standing.best === undefined && before < runs.given && runs.given < MOST_RUNS; ) {
      before = runs.given;
      yield* this.promised();
      yield* runs.settleBut(1);
    }
  }

  /** Plans that people launch. */
  *likely(gpusPerNode: number): Generator<Step, void, void> {
    const { hopes, runs, standing, closer } = this.#parts;
    if (standing.best !== undefined) return;
    const all = hopes.takeAll();
    const looked = new Set<Prospect>();
    let given = 0;
    for (const prospect of likelyFirst(all, gpusPerNode)) {
      if (given >= MOST_RUNS || standing.best !== undefined) break;
      looked.add(prospect);
      let closest: Prospect | undefined = prospect;
      while (closest !== undefined && !isBounded(closest)) closest = closer(closest);
      yield "looked";
      if (closest === undefined) continue;
      given++;
      yield runs.give(closest);
      yield* runs.settleBut(1);
    }
    for (const prospect of all) if (!looked.has(prospect)) hopes.add(prospect);
  }
}

/** Whether all is known of it that is proved. */
function isBounded({ known }: Prospect): boolean {
  return known === "bounds" || known === "formula";
}
