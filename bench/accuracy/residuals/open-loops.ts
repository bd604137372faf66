import { parseScenario } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { measuredOpenLoop, type OpenLoopTimes, openLoopHindrance, type Stage, simulatedOpenLoop, stagesOf } from "../serving/open-loop.ts";
import { OPEN_LOOP_MODELS } from "../serving/open-loop-models.ts";
import { numberOf, type Row } from "../table.ts";
import type { Residual } from "./residual.ts";

/**
 * Whole runs of vLLM under arrivals at a rate, beside their simulation. Gaps between tokens are of users who wait for answers, as they were measured; first tokens of arrivals that do not wait,
 * since such users all ask at the start, which the measured ones did not.
 */
export function openResiduals(rows: readonly Row[]): Residual[] {
  const whole = rows.filter((row) => row["stage"] === "-1" && openLoopHindrance(row) === undefined);
  return whole.map((row) => {
    const measured = measuredOpenLoop(row);
    const simulated = { ttft: arrivalsTtft(row), itl: simulatedOpenLoop(row).itl };
    const model = nameOf(row);
    const gaps = numberOf(row, "output") - 1;
    const e2e = ({ ttft, itl }: Pick<OpenLoopTimes, "ttft" | "itl">) => ttft + gaps * itl;
    return {
      engine: "vllm",
      kind: /Mixtral|Scout/.test(model) ? "experts" : "dense",
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

/** Requests of a stage that are simulated, at most. */
const MOST_REQUESTS = 1000;

/** Mean of the stages by their requests; those arrive at the stage's rate. */
function arrivalsTtft(row: Row): number {
  const stages = stagesOf(row);
  const all = stages.reduce((sum, { perSecond, seconds }) => sum + perSecond * seconds, 0);
  return stages.reduce((sum, stage) => sum + (stageTtft(row, stage) * stage.perSecond * stage.seconds) / all, 0);
}

function stageTtft(row: Row, { perSecond, seconds }: Stage): number {
  const tensor = numberOf(row, "tp");
  const scenario = parseScenario({
    tokenyard: 1,
    model: { ...OPEN_LOOP_MODELS[nameOf(row)], ...(row["precision"] === "FP8" ? { precision: { weights: "fp8" } } : {}) },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: "vllm",
    parallelism: { tensor, attention: { tensor, data: 1 } },
    routing: /Mixtral|Scout/.test(nameOf(row)) ? { resolution: "law" } : {},
    workload: {
      kind: "open",
      requests: Math.min(MOST_REQUESTS, Math.round(perSecond * seconds)),
      rate: `${perSecond} requests/s`,
      promptTokens: numberOf(row, "question"),
      outputTokens: numberOf(row, "output"),
      prefix: { tokens: numberOf(row, "system_prompt"), groups: numberOf(row, "prompts") },
    },
    serving: {
      scheduler: { tokenBudget: numberOf(row, "max_num_batched_tokens"), maxSequences: numberOf(row, "max_num_seqs") },
      kv: row["kv_blocks"] === "" ? {} : { blocks: numberOf(row, "kv_blocks") },
    },
  });
  return simulate(scenario).ttftSeconds?.mean ?? Number.NaN;
}
