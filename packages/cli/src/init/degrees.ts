import { loadScenario, Problems } from "@tokenyard/scenario";
import type { Simulation } from "../runs/simulation.ts";

/** Degrees of a plan that may be written into a scenario. */
export type Degrees = Readonly<Record<string, number>>;

/** Where nobody says how many GPUs. */
const MOST_GPUS = 1024;
/** Of tensor parallelism: a node. */
const MOST_TENSOR = 8;
/** Of the memory that weights may take so that requests find room beside them. */
const ROOMY = 0.75;

/**
 * Degrees that hold the model on so many GPUs, or on the fewest: the smallest split that leaves room for caches, and replicas of it. What
 * a plan without experts splits is its layers, tensor by tensor; else its experts. Throws Problems of the last one where none holds it.
 */
export function degreesFor(textWith: (degrees: Degrees) => string, load: Load, gpus: number | undefined): Degrees {
  let last: unknown;
  const fits = (degrees: Degrees, mostShare: number): boolean => {
    try {
      return load(textWith(degrees)) <= mostShare;
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      last = error;
      return false;
    }
  };
  for (const most of [ROOMY, 1]) for (const degrees of candidates(gpus)) if (fits(degrees, most)) return degrees;
  throw last ?? new Problems([{ path: ["parallelism"], wanted: "more GPUs" }]);
}

/** The share of its GPUs' memory that the weights of a scenario take. Throws Problems for one that cannot be. */
export type Load = (text: string) => number;

export function loadWith(simulation: Simulation, read: (path: string) => string, path: string): Load {
  return (text) => {
    const { scenario, readPieces } = loadScenario(text, { read, path });
    const { memory } = simulation.inspect(simulation.prepare(scenario, { readPieces }));
    return memory.weights / memory.limit;
  };
}

function* candidates(gpus: number | undefined): Generator<Degrees> {
  for (let split = 1; split <= (gpus ?? MOST_GPUS); split *= 2) {
    if (gpus !== undefined && gpus % split !== 0) continue;
    const data = gpus === undefined ? 1 : gpus / split;
    yield { expert: split, tensor: 1, data };
    if (split <= MOST_TENSOR) yield { expert: 1, tensor: split, data };
    else yield { expert: 1, tensor: MOST_TENSOR, pipeline: split / MOST_TENSOR, data };
  }
}
