import { type Report, summarize } from "@tokenyard/report";
import { type PolicyWords, Problems } from "@tokenyard/scenario";
import type { Setup } from "@tokenyard/simulator";
import type { Simulation } from "../runs/simulation.ts";
import { piecesBeside } from "../scenarios/files-beside.ts";
import type { MeasuredRun } from "./run/measured-run.ts";
import { reasonOf, scenarioOfRun } from "./run-scenario.ts";

/** Events between two looks at how far a run is. */
const SLICE = 200_000;

/** The report of a measured run by its own launch line and load, with a calibration where one is given, or why there is none. */
export function simulatedRun(run: MeasuredRun, simulation: Simulation, calibration?: object, words?: PolicyWords): Report | string {
  const scenario = scenarioOfRun(run, calibration, words);
  if (typeof scenario === "string") return scenario;
  try {
    const setup = simulation.prepare(scenario, { readPieces: piecesBeside(run.source.file) });
    const gpus = setup.pools.reduce((sum, { plan }) => sum + plan.ranks, 0);
    if (gpus !== run.gpus) return `its launch line takes ${gpus} GPUs, and the run had ${run.gpus}`;
    return reportOf(setup, simulation) ?? "more work than a run may take";
  } catch (error) {
    if (error instanceof Problems) return reasonOf(error);
    throw error;
  }
}

/** Undefined where it passes its limit of work. */
function reportOf(setup: Setup, simulation: Simulation): Report | undefined {
  const run = simulation.start(setup);
  while (run.advance(SLICE)) if (run.isOverLimit === true) return undefined;
  return run.isOverLimit === true ? undefined : summarize(run.recording());
}
