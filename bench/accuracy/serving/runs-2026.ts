import { mkdirSync, writeFileSync } from "node:fs";
import { Problems, parseScenario, type Scenario } from "@tokenyard/scenario";
import { simulate } from "tokenyard";
import { errorsOf, quantile } from "../errors.ts";
import { errorsCell, tableHead, tableLine } from "../page.ts";
import { dataFolder, numberOf, type Row, readTable } from "../table.ts";
import { runs2026Page } from "./runs-2026-page.ts";

// Serving runs of February 2026 of models of that year's kinds, beside their simulation: pnpm accuracy:2026 FOLDER, from the root of the repository.

/** Acceptance of one draft by the model's own module; what these runs accepted was not recorded. */
const ACCEPTANCE = "85 %";

interface Model {
  readonly preset: string;
  readonly values?: object;
  readonly flags?: object;
  readonly serving?: object;
  /** What a step with prompts took there whatever it held, set by these runs themselves. */
  readonly promptStep?: string;
}

/** By name, the preset and what the run states beside it. */
const MODELS: Readonly<Record<string, Model>> = {
  "zai-org/GLM-5-FP8": {
    preset: "glm-5.2",
    // GLM-5 has an indexer in each layer
    values: {
      layerPattern: [...Array.from({ length: 3 }, () => "dense"), ...Array.from({ length: 75 }, () => "choosing")],
      precision: { weights: "fp8" },
    },
    serving: { speculation: { kind: "mtp", tokens: 1, acceptance: { conditional: ACCEPTANCE } } },
  },
  "MiniMaxAI/MiniMax-M2.5": { preset: "minimax-m2", promptStep: "0.45 s" },
  "Qwen/Qwen3.5-397B-A17B": { preset: "qwen3.5-397b", flags: { "enable-prefix-caching": true }, promptStep: "1.2 s" },
};

type Times = Readonly<Record<"ttft" | "longestTtft" | "tpot", number>>;

interface Served extends Times {
  readonly row: Row;
  /** With the model's `promptStep`. */
  readonly slow?: Times;
}

function scenarioOf(row: Row, promptStep?: string): Scenario {
  const { preset, values = {}, flags = {}, serving = {} } = MODELS[row["model"]!]!;
  const [tensor, expert] = [numberOf(row, "tp"), numberOf(row, "ep")];
  return parseScenario({
    tokenyard: 1,
    model: { preset, ...values },
    cluster: { gpu: "h200-sxm", network: "hgx-h100-ndr" },
    engine: { name: "vllm", flags },
    parallelism: { expert, tensor: tensor / expert, attention: { tensor, data: 1 } },
    routing: { resolution: "law" },
    mostWork: "6000 s",
    workload: {
      kind: "closed",
      requests: numberOf(row, "requests"),
      concurrency: numberOf(row, "concurrency"),
      promptTokens: numberOf(row, "isl"),
      outputTokens: numberOf(row, "osl"),
      client: "12 ms",
    },
    serving: { ...serving, ...(promptStep === undefined ? {} : { stepOverhead: { promptStep } }) },
  });
}

function timesOf(scenario: Scenario): Times {
  const { ttftSeconds, tpotSeconds } = simulate(scenario);
  const [ttft, longestTtft, tpot] = [ttftSeconds?.p50, ttftSeconds?.p99, tpotSeconds?.p50].map((seconds) => (seconds ?? Number.NaN) * 1e3);
  return { ttft: ttft!, longestTtft: longestTtft!, tpot: tpot! };
}

function servedOf(row: Row): Served | string {
  try {
    const { promptStep } = MODELS[row["model"]!]!;
    const slow = promptStep === undefined ? {} : { slow: timesOf(scenarioOf(row, promptStep)) };
    return { row, ...timesOf(scenarioOf(row)), ...slow };
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(({ path, wanted }) => `${path.join(".")}: wanted ${wanted}`)[0] ?? "refused";
  }
}

function main(): void {
  const rows = readTable(dataFolder(), "end_to_end_2026.csv");
  const served: Served[] = [];
  const refused = new Map<string, number>();
  for (const row of rows) {
    const one = servedOf(row);
    if (typeof one === "string") refused.set(one, (refused.get(one) ?? 0) + 1);
    else served.push(one);
  }
  const summary = Object.keys(MODELS).flatMap((model) =>
    ["ok", "prefill-bound"].flatMap((quality) => {
      const own = served.filter(({ row }) => row["model"] === model && row["quality"] === quality);
      if (own.length === 0) return [];
      return [tableLine([model, quality, String(own.length), ...cellsOf(own, own, "tpot"), ...cellsOf(own, own, "ttft")])];
    }),
  );
  const slow = Object.entries(MODELS).flatMap(([model, { promptStep }]) => {
    const own = served.filter(({ row }) => row["model"] === model);
    if (promptStep === undefined) return [];
    const cells = (["tpot", "ttft", "longestTtft"] as const).flatMap((time) => [
      ...cellsOf(own, own, time),
      ...cellsOf(
        own,
        own.map((each) => each.slow!),
        time,
      ),
    ]);
    return [tableLine([model, promptStep, String(own.length), ...cells])];
  });
  const lines = served.map(({ row, ttft, tpot }) =>
    tableLine([
      `${row["model"]!.slice(row["model"]!.indexOf("/") + 1)}`,
      row["isl"]!,
      row["concurrency"]!,
      ...[numberOf(row, "ttft_p50_ms"), ttft, numberOf(row, "tpot_p50_ms"), tpot].map((ms) => ms.toPrecision(3)),
      row["quality"]!,
    ]),
  );
  const head = tableHead(["model", "rows", "runs", "TPOT", "simulated / measured", "TTFT", "simulated / measured"]);
  const columns = ["TPOT", "TTFT", "99th percentile of TTFT"].flatMap((time) => [time, "ratio", `${time}, slow`, "ratio"]);
  const slowHead = tableHead(["model", "a step with prompts", "runs", ...columns]);
  const every = tableHead(["model", "prompt", "users", "TTFT ms", "simulated", "TPOT ms", "simulated", "row"]);
  mkdirSync("docs/accuracy", { recursive: true });
  writeFileSync(
    "docs/accuracy/serving-2026.md",
    runs2026Page({
      summary: [head, ...summary].join("\n"),
      slow: [slowHead, ...slow].join("\n"),
      every: [every, ...lines].join("\n"),
      left: [...refused].map(([reason, count]) => `- ${count}: ${reason}`).join("\n"),
    }),
  );
}

const COLUMNS = { ttft: "ttft_p50_ms", longestTtft: "ttft_p99_ms", tpot: "tpot_p50_ms" } as const;

/** Errors of a time, and the median of simulated over measured. */
function cellsOf(served: readonly Served[], simulated: readonly Times[], time: keyof Times): string[] {
  const predicted = simulated.map((each) => each[time]);
  const measured = served.map(({ row }) => numberOf(row, COLUMNS[time]));
  const ratios = predicted.map((value, i) => value / measured[i]!);
  return [errorsCell(errorsOf(predicted, measured)), quantile(ratios, 0.5).toFixed(2)];
}

main();
