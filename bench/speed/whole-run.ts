import { join } from "node:path";
import { prepare, type RunOptions, type Simulation, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { GALLERY } from "../house.ts";
import { bestOf, type Effort } from "./best.ts";
import { duration, type Row, rate, times } from "./row.ts";

/** The plan with a few decode passes, one micro-batch in flight: as it comes, and op by op in events. */
export async function wholeRun({ quick }: Effort): Promise<Row[]> {
  const set = ["serving.overlap=none", `workload.outputTokens=${quick ? 4 : 32}`];
  const { scenario } = loadScenarioFile(join(GALLERY, "deployment-plan", "scenario.yaml"), { set });
  const ran = (options: RunOptions) => {
    const simulation = start(prepare(scenario), options);
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
    return simulation;
  };
  const { spans, horizonNs } = ran({ spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER } }).recording();
  let simulation: Simulation = ran({}); // from here on the code is warm
  const rounds = quick ? 1 : 5;
  const seconds = bestOf(rounds, () => {
    simulation = ran({});
  });
  const opByOp = bestOf(rounds, () => ran({ executor: "stages" }));
  const { events } = simulation.progress();
  const rankOps = spans!.rank.length;
  return [
    {
      what: `512 GPUs, ${duration(horizonNs / 1e9)} simulated, no overlap`,
      value: `${duration(seconds)}: ${rate(events / seconds, "events")}, ${rate(rankOps / seconds, "rank-ops")}, ${rate(horizonNs / 1e9 / seconds, "simulated s")}`,
      ratio: `${times(opByOp / seconds)} as fast as op by op in events`,
    },
  ];
}
