import { Problems } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { modelOf } from "../serving/serving-model.ts";
import type { ServingRun } from "../serving/serving-run.ts";
import { MACHINES, type Statement, scenarioOf } from "../serving/serving-scenario.ts";
import { kindOf } from "../serving/stratum.ts";
import type { Ratios, Residual, Shape } from "./residual.ts";

const KINDS = { dense: "dense", experts: "experts", "experts and latent attention": "latent" } as const;
/** Lengths that were drawn from four fifths of the stated ones up have nine tenths of them in the mean. */
const MEAN_OF_DRAWN = 0.9;

/** A measured closed loop beside its simulation as its launch line has it, and with `plain` as its engine alone and ideal steps have it; undefined where no scenario can be made of it. */
export function closedResidual(run: ServingRun, plain = false): Residual | undefined {
  const times = simulatedTimes(run, "launched");
  if (times === undefined) return undefined;
  const [engine, ideal] = plain ? (["engine", "ideal"] as const).map((statement) => ratiosOf(run, statement)) : [];
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
    shape: shapeOf(run, { ttft: times.ttftSeconds, tpot: times.tpotSeconds, e2e: e2e(times) }),
    ...(engine === undefined || ideal === undefined ? {} : { plain: { engine, ideal } }),
  };
}

export function shapeOf(run: ServingRun, simulated: Shape["simulated"]): Shape {
  const { attention, experts, version, format, promptTokens, outputTokens } = run;
  const layout = `${attention.tensor}x${attention.data} ${experts.tensor}x${experts.expert} ${format}`.trim();
  return { version, layout, gpus: attention.tensor * attention.data, promptTokens, outputTokens, simulated };
}

function ratiosOf(run: ServingRun, statement: Statement): Ratios | undefined {
  const times = simulatedTimes(run, statement);
  return times && { ttft: run.ttftSeconds / times.ttftSeconds, tpot: run.tpotSeconds / times.tpotSeconds };
}

function simulatedTimes(run: ServingRun, statement: Statement): Pick<ServingRun, "ttftSeconds" | "tpotSeconds"> | undefined {
  try {
    const { ttftSeconds, tpotSeconds } = simulate(scenarioOf(run, statement));
    if (ttftSeconds?.mean == null || tpotSeconds?.mean == null) return undefined;
    return { ttftSeconds: ttftSeconds.mean, tpotSeconds: tpotSeconds.mean };
  } catch (error) {
    if (error instanceof Problems) return undefined;
    throw error;
  }
}
