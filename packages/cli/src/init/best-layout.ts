import { type Report, summarize } from "@tokenyard/report";
import { loadScenario, Problems, targetsOf } from "@tokenyard/scenario";
import type { Simulation } from "../runs/simulation.ts";
import { type Layout, layoutsOf } from "./layouts.ts";

/** Most GPUs that hold a model, and that are tried for the targets, if their number is not given. */
const MOST_GPUS = 1024;
const MOST_TRIED = 64;

/** A layout with its result. */
export interface TriedLayout {
  readonly layout: Layout;
  /** How far it is from the nearest target, as a share of that: below 0 one is missed. */
  readonly headroom: number;
}

/** Asks of a layout by the text of a scenario with it. */
export interface LayoutTrial {
  /** Runs a short load. Throws Problems for one that cannot be, as its GPUs do not hold the model. */
  headroom(layout: Layout): number;
}

/**
 * The layout of the fewest GPUs that meets the targets, of those people launch, or of `gpus` GPUs the one with the most headroom. Where none of up to 64 GPUs
 * meets them, the nearest. Throws Problems of the last one where none holds the model.
 */
export function bestLayout(trial: LayoutTrial, hasExperts: boolean, gpus: number | undefined): TriedLayout {
  let best: TriedLayout | undefined;
  let last: unknown;
  for (const total of gpus === undefined ? doublings(MOST_GPUS) : [gpus]) {
    if (best !== undefined && total > MOST_TRIED) break;
    for (const split of doublings(total).filter((each) => total % each === 0)) {
      for (const layout of layoutsOf(total, split, hasExperts)) {
        try {
          const headroom = trial.headroom(layout);
          if (best === undefined || headroom > best.headroom) best = { layout, headroom };
        } catch (error) {
          if (!(error instanceof Problems)) throw error;
          last = error;
        }
      }
    }
    if (best !== undefined && best.headroom >= 0) return best;
  }
  if (best !== undefined) return best;
  throw last ?? new Problems([{ path: ["parallelism"], wanted: "more GPUs" }]);
}

/** 1, 2, 4, … up to `most`. */
function doublings(most: number): number[] {
  const all: number[] = [];
  for (let value = 1; value <= most; value *= 2) all.push(value);
  return all;
}

/** Trials by simulation: of `textWith(layout)`, which is read beside `path`. */
export function simulatedTrial(
  textWith: (layout: Layout) => string,
  simulation: Simulation,
  read: (path: string) => string,
  path: string,
): LayoutTrial {
  return {
    headroom: (layout) => {
      const { scenario, readPieces } = loadScenario(textWith(layout), { read, path });
      const run = simulation.start(simulation.prepare(scenario, { readPieces }));
      while (run.advance(Number.POSITIVE_INFINITY)) {
        // to its end
      }
      return headroomOf(summarize(run.recording(), targetsOf(scenario)));
    },
  };
}

function headroomOf({ targets }: Pick<Report, "targets">): number {
  return Math.min(...targets.map(({ actual, target }) => (actual === null ? -Number.MAX_VALUE : 1 - actual / target)));
}
