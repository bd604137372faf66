// Sweeps the parallel degrees of the plan's model over all cores, a line for each: pnpm exec node scenarios/sweep-degrees/sweep.mjs
import { loadScenarioFile, sweep, workerRunner } from "tokenyard";

const { scenario } = loadScenarioFile(new URL("scenario.yaml", import.meta.url));
const { vary, where } = scenario.sweep;

console.log(line("pipeline", "expert", "tensor", "GPUs", "prefill", "decode", "TTFT p99"));
console.log(line("", "", "", "", "tokens/ms/GPU", "tokens/ms/GPU", "ms"));
for await (const row of sweep(scenario, { vary, where, runner: workerRunner() })) {
  const degrees = Object.values(row.parameters);
  if (row.status !== "ok") {
    console.log(line(...degrees), row.reason);
    continue;
  }
  const { gpus, throughput, ttftSeconds } = row.report;
  const { prefillTokensPerMsPerGpu: prefill, decodeTokensPerMsPerGpu: decode } = throughput;
  console.log(line(...degrees, gpus, prefill.toFixed(1), decode.toFixed(3), (1e3 * ttftSeconds.p99).toFixed(2)));
}

function line(...cells) {
  return cells.map((cell, i) => String(cell).padStart([8, 8, 8, 6, 15, 15, 10][i])).join("");
}
