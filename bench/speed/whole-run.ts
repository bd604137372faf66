import { join } from "node:path";
import { type Hall, prepare, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { GALLERY } from "../house.ts";
import { type Effort, onceSeconds } from "./median.ts";
import { naiveLoop } from "./naive-loop.ts";
import { duration, type Row, rate, times } from "./row.ts";

const FABRIC_LATENCY_NS = 5000; // of the plan

/** The plan with a few decode passes, one micro-batch in flight: our run with all its physics, against the naive loop without any. */
export async function wholeRun({ quick }: Effort): Promise<Row[]> {
  const set = ["serving.overlap=none", `workload.outputTokens=${quick ? 4 : 32}`];
  const { scenario } = loadScenarioFile(join(GALLERY, "deployment-plan", "scenario.yaml"), { set });
  const ran = (spans: boolean) => {
    const hall = start(prepare(scenario), spans ? { spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER } } : {});
    while (hall.advance(Number.MAX_SAFE_INTEGER));
    return hall;
  };
  const recording = ran(true).recording();
  let hall: Hall = ran(false); // the second run finds the code warm
  const seconds = onceSeconds(() => {
    hall = ran(false);
  });
  const naive = { events: 0, endNs: 0 };
  const naiveSeconds = onceSeconds(() => Object.assign(naive, naiveLoop(recording, FABRIC_LATENCY_NS)));
  if (naive.endNs !== recording.horizonNs)
    throw new Error(`the naive loop ends at ${naive.endNs} ns, the run at ${recording.horizonNs} ns`);
  const rankOps = recording.spans!.rank.length;
  const { events } = hall.progress();
  return [
    {
      what: `512 GPUs, ${duration(recording.horizonNs / 1e9)} simulated, no overlap`,
      value: `${duration(seconds)}: ${rate(events / seconds, "events")}, ${rate(rankOps / seconds, "rank-ops")}, ${rate(recording.horizonNs / 1e9 / seconds, "simulated s")}`,
      ratio: `${times(naiveSeconds / seconds)} the naive loop, which is given the durations`,
    },
    {
      what: "the naive loop: an event for each rank and op",
      value: `${duration(naiveSeconds)}: ${rate(naive.events / naiveSeconds, "events")}`,
      ratio: `${times(naive.events / events)} as many events`,
    },
  ];
}
