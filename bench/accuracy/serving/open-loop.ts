import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { numberOf, type Row } from "../table.ts";
import { OPEN_LOOP_MODELS } from "./open-loop-models.ts";

/** Means over the requests of a run, in seconds. */
export interface OpenLoopTimes {
  readonly ttft: number;
  readonly itl: number;
  readonly e2e: number;
}

/** Arrivals at a rate for a while. */
export interface Stage {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Requests of a stage that are simulated, at most. */
const MOST_REQUESTS = 1200;
/** Number of times that a user's pause is adjusted to the time of its last answers. */
const ROUNDS = 3;

/** Measured times of a row. */
export function measuredOpenLoop(row: Row): OpenLoopTimes {
  const at = (column: string) => numberOf(row, column) / 1e3;
  return { ttft: at("ttft_mean_ms"), itl: at("itl_mean_ms"), e2e: at("e2e_mean_ms") };
}

/** Why no scenario can say it; undefined where one can. */
export function openLoopHindrance(row: Row): string | undefined {
  return OPEN_LOOP_MODELS[nameOf(row)] === undefined ? `${row["model"]}: no model` : undefined;
}

/**
 * Means of the row's stages weighted by requests. Requests are sent at a rate by a fixed number of users who wait for their answers: a user
 * pauses for the rest of its share of the rate, or not at all if answers take longer.
 */
export function simulatedOpenLoop(row: Row): OpenLoopTimes {
  const stages = stagesOf(row).map((stage) => ({ times: stageTimes(row, stage), requests: stage.perSecond * stage.seconds }));
  const all = stages.reduce((sum, { requests }) => sum + requests, 0);
  const mean = (key: keyof OpenLoopTimes) => stages.reduce((sum, { times, requests }) => sum + (times[key] * requests) / all, 0);
  return { ttft: mean("ttft"), itl: mean("itl"), e2e: mean("e2e") };
}

function stageTimes(row: Row, stage: Stage): OpenLoopTimes {
  const share = usersOf(row) / stage.perSecond;
  let times: OpenLoopTimes | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const { ttftSeconds, tpotSeconds, e2eSeconds } = simulate(openLoopScenario(row, stage, share - (times?.e2e ?? 0)));
    times = { ttft: ttftSeconds?.mean ?? Number.NaN, itl: tpotSeconds?.mean ?? Number.NaN, e2e: e2eSeconds?.mean ?? Number.NaN };
  }
  return times!;
}

/**
 * Users with exponential pauses of `pause` seconds in the mean, who begin one after another as the rate has them; each prompt is one of several
 * system prompts, kept in the cache, and a question.
 */
export function openLoopScenario(row: Row, { perSecond, seconds }: Stage, pause: number): Scenario {
  const model = OPEN_LOOP_MODELS[nameOf(row)]!;
  return parseScenario({
    tokenyard: 1,
    model: { ...model, ...(row["precision"] === "FP8" ? { precision: { weights: "fp8" } } : {}) },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", version: "0.15", flags: { "kv-offloading-size": 8 } },
    parallelism: { tensor: numberOf(row, "tp"), attention: { tensor: numberOf(row, "tp"), data: 1 } },
    routing: hasExperts(row) ? { resolution: "law" } : {},
    workload: {
      kind: "closed",
      concurrency: usersOf(row),
      rampUp: `${usersOf(row) / perSecond} s`,
      requests: Math.min(MOST_REQUESTS, Math.round(perSecond * seconds)),
      thinkTime: pause > 0.001 ? { kind: "exponential", mean: `${(pause * 1e3).toFixed(3)} ms` } : "0 s",
      promptTokens: numberOf(row, "question"),
      outputTokens: numberOf(row, "output"),
      prefix: { tokens: numberOf(row, "system_prompt"), groups: numberOf(row, "prompts") },
    },
    measure: { warmUp: "30 %" },
    serving: {
      scheduler: { tokenBudget: numberOf(row, "max_num_batched_tokens"), maxSequences: numberOf(row, "max_num_seqs") },
      kv: row["kv_blocks"] === "" ? {} : { blocks: numberOf(row, "kv_blocks") },
    },
  });
}

/** Whether the row's model has experts. */
export function hasExperts({ model = "" }: Row): boolean {
  return /Mixtral|Scout/.test(model);
}

function usersOf(row: Row): number {
  return numberOf(row, "prompts") * numberOf(row, "users_per_prompt");
}

/** `2.5x600s;6x600s`, each as a stage; of a row of one stage that stage. */
export function stagesOf(row: Row): Stage[] {
  const stages = (row["stages"] ?? "").split(";").map((text) => {
    const [rate, duration] = text.split("x");
    return { perSecond: Number(rate), seconds: Number.parseFloat(duration ?? "") };
  });
  const stage = numberOf(row, "stage");
  return stage < 0 ? stages : stages.slice(stage, stage + 1);
}

function nameOf({ model }: Row): string {
  return (model ?? "").slice((model ?? "").indexOf("/") + 1);
}
