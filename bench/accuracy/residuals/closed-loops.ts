import { Problems } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { modelOf } from "../serving/serving-model.ts";
import type { ServingRun } from "../serving/serving-run.ts";
import { MACHINES, scenarioOf } from "../serving/serving-scenario.ts";
import { kindOf } from "../serving/stratum.ts";
import type { Residual } from "./residual.ts";

const KINDS = { dense: "dense", experts: "experts", "experts and latent attention": "latent" } as const;
/** Lengths that were drawn from four fifths of the stated ones up have nine tenths of them in the mean. */
const MEAN_OF_DRAWN = 0.9;

/** A measured closed loop beside its simulation as its launch line has it; undefined where no scenario can be made of it. */
export function closedResidual(run: ServingRun): Residual | undefined {
  const times = simulatedTimes(run);
  if (times === undefined) return undefined;
  const gaps = run.outputTokens * (run.isDrawn ? MEAN_OF_DRAWN : 1) - 1;
  const e2e = ({ ttftSeconds, tpotSeconds }: Pick<ServingRun, "ttftSeconds" | "tpotSeconds">) => ttftSeconds + gaps * tpotSeconds;
  return {
    engine: run.engine === "trtllm" && run.version.startsWith("1.0") ? "trtllm 1.0" : run.engine,
    kind: KINDS[kindOf(run)],
    load: "closed",
    model: modelOf(run) ?? "",
    gpu: MACHINES[run.gpu]!.gpu,
    curve: run.curve,
    users: run.concurrency,
    ttft: run.ttftSeconds / times.ttftSeconds,
    tpot: run.tpotSeconds / times.tpotSeconds,
    e2e: e2e(run) / e2e(times),
  };
}

function simulatedTimes(run: ServingRun): Pick<ServingRun, "ttftSeconds" | "tpotSeconds"> | undefined {
  try {
    const { ttftSeconds, tpotSeconds } = simulate(scenarioOf(run, "launched"));
    if (ttftSeconds?.mean == null || tpotSeconds?.mean == null) return undefined;
    return { ttftSeconds: ttftSeconds.mean, tpotSeconds: tpotSeconds.mean };
  } catch (error) {
    if (error instanceof Problems) return undefined;
    throw error;
  }
}
