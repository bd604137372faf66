import { join } from "node:path";
import { choicesOf, LowerBounds } from "@tokenyard/study";
import { loadScenarioFile, simulate } from "tokenyard";
import { GALLERY } from "../house.ts";
import { bestOf, type Effort } from "./best.ts";
import { type Row, rate, times } from "./row.ts";

const MOST_GPUS = 1024;
/** Choices of one measurement, evenly from all, in stretches that share degrees and batches as those of a search do. */
const STRETCHES = 20;
const STRETCH = 50;
const ROUNDS = 5;
/** What a search asks of a plan: each kind of bound is worked out. */
const PATHS = ["ttftSeconds.max", "tpotSeconds.p99", "throughput.tokensPerMsPerGpu", "gpus"];

/** Lower bounds of plans, as `optimize` works them out to leave out runs; against running the plan. */
export async function bounds({ quick }: Effort): Promise<Row[]> {
  const { scenario } = loadScenarioFile(join(GALLERY, "deployment-plan", "scenario.yaml"));
  const all = [...choicesOf(scenario, { maxGpus: MOST_GPUS })];
  const stretches = quick ? 1 : STRETCHES;
  const choices = Array.from({ length: stretches }, (_, i) => Math.floor((i * all.length) / stretches)).flatMap((from) =>
    all.slice(from, from + STRETCH),
  );
  const seconds = bestOf(quick ? 1 : ROUNDS, () => {
    const lower = new LowerBounds(scenario);
    for (const choice of choices) {
      const found = lower.of(choice);
      if (!("problems" in found)) for (const path of PATHS) found(path);
    }
  });
  const runSeconds = bestOf(quick ? 1 : ROUNDS, () => simulate(scenario));
  const perSecond = choices.length / seconds;
  return [
    {
      what: `lower bounds of deployment-plan's ${all.length} plans`,
      value: rate(perSecond, "plans"),
      ratio: `${times(perSecond * runSeconds)} as fast as a run`,
    },
  ];
}
