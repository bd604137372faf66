import { hasExperts, measuredOpenLoop, type OpenLoopTimes, openLoopHindrance, simulatedOpenLoop } from "../serving/open-loop.ts";
import { OPEN_LOOP_MODELS } from "../serving/open-loop-models.ts";
import { numberOf, type Row } from "../table.ts";
import type { Residual } from "./residual.ts";

/** Whole runs of vLLM under arrivals at a rate, beside their simulation. */
export function openResiduals(rows: readonly Row[]): Residual[] {
  const whole = rows.filter((row) => row["stage"] === "-1" && openLoopHindrance(row) === undefined);
  return whole.map((row) => {
    const measured = measuredOpenLoop(row);
    const simulated = simulatedOpenLoop(row);
    const model = nameOf(row);
    const gaps = numberOf(row, "output") - 1;
    const e2e = ({ ttft, itl }: Pick<OpenLoopTimes, "ttft" | "itl">) => ttft + gaps * itl;
    return {
      engine: "vllm",
      kind: hasExperts(row) ? "experts" : "dense",
      load: "open",
      model: presetOf(model),
      gpu: "h100-sxm",
      curve: [model, row["tp"], row["precision"], row["case"]].join(" "),
      users: 0,
      ttft: measured.ttft / simulated.ttft,
      tpot: measured.itl / simulated.itl,
      e2e: e2e(measured) / e2e(simulated),
    };
  });
}

function nameOf({ model = "" }: Row): string {
  return model.slice(model.indexOf("/") + 1);
}

/** A preset, or the checkpoint's own name where it has none. */
function presetOf(model: string): string {
  const { preset } = OPEN_LOOP_MODELS[model] as { readonly preset?: string };
  return preset ?? model.toLowerCase();
}
