import { join } from "node:path";
import { prepare, type Simulation, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { GALLERY } from "../house.ts";
import { bestOf, type Effort, onceSeconds } from "./best.ts";
import { naiveLoop } from "./naive-loop.ts";
import { duration, type Row, rate, times } from "./row.ts";
import { tripsOf } from "./trips.ts";

const FABRIC_LATENCY_NS = 5000; // of the plan

/** The plan with a few decode passes, one micro-batch in flight: our run with all its physics, against the naive loop without any. */
export async function wholeRun({ quick }: Effort): Promise<Row[]> {
  const set = ["serving.overlap=none", `workload.outputTokens=${quick ? 4 : 32}`];
  const { scenario } = loadScenarioFile(join(GALLERY, "deployment-plan", "scenario.yaml"), { set });
  const ran = (spans: boolean) => {
    const simulation = start(prepare(scenario), spans ? { spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER } } : {});
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
    return simulation;
  };
  const recording = ran(true).recording();
  let simulation: Simulation = ran(false); // from here on the code is warm
  const rounds = quick ? 1 : 5;
  const seconds = bestOf(rounds, () => {
    simulation = ran(false);
  });
  let naive = { events: 0, endNs: 0 };
  let naiveSeconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const trips = tripsOf(recording);
    const loopSeconds = onceSeconds(() => {
      naive = naiveLoop(recording, trips, FABRIC_LATENCY_NS);
    });
    naiveSeconds = Math.min(naiveSeconds, loopSeconds);
  }
  if (naive.endNs !== recording.horizonNs)
    throw new Error(`the naive loop ends at ${naive.endNs} ns, the run at ${recording.horizonNs} ns`);
  const rankOps = recording.spans!.rank.length;
  const { events } = simulation.progress();
  return [
    {
      what: `512 GPUs, ${duration(recording.horizonNs / 1e9)} simulated, no overlap`,
      value: `${duration(seconds)}: ${rate(events / seconds, "events")}, ${rate(rankOps / seconds, "rank-ops")}, ${rate(recording.horizonNs / 1e9 / seconds, "simulated s")}`,
      ratio: `${times(naiveSeconds / seconds)} as fast as the naive loop, which is given the durations`,
    },
    {
      what: "the naive loop: an event for each rank and op",
      value: `${duration(naiveSeconds)}: ${rate(naive.events / naiveSeconds, "events")}`,
      ratio: `${times(naive.events / events)} as many events`,
    },
  ];
}
