import { join } from "node:path";
import { prepare, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { HOUSE } from "../house.ts";
import { cpuSeconds, type Effort } from "./best.ts";
import { duration, type Row, times } from "./row.ts";

const FULL = "{ kind: grouped-query, heads: 32, kvHeads: 32, headSize: 128 }";
const NEAR = "{ kind: grouped-query, heads: 32, kvHeads: 32, headSize: 128, window: 512 }";
const DELTA = "{ kind: gated-delta, keyHeads: 16, valueHeads: 32, keySize: 128, valueSize: 128 }";
const DENSE = "feedForward: { kind: dense, hiddenSize: 11008, matrices: 3 }";

/** Mixers in turn, over 32 layers. */
const MODELS: Readonly<Record<string, readonly string[]>> = {
  "all alike": [FULL],
  "three with a state, one without": [DELTA, DELTA, DELTA, FULL],
  "three with a window, one without": [NEAR, NEAR, NEAR, FULL],
  "states, windows and neither": [DELTA, NEAR, FULL],
};

/** Runs of a dense model of 32 layers by kind, those of layers that differ beside those of layers that are alike. */
export async function unequal({ quick }: Effort): Promise<Row[]> {
  let alike = Number.NaN;
  return Object.entries(MODELS).map(([what, mixers]) => {
    const seconds = Math.min(...(quick ? [0] : [0, 1, 2, 3, 4]).map(() => runSeconds(mixers, quick ? 100 : 2000)));
    const isFirst = Number.isNaN(alike);
    if (isFirst) alike = seconds;
    const row = { what: `2,000 requests, 32 layers by kind: ${what}`, value: duration(seconds) };
    return isFirst ? row : { ...row, ratio: `${times(seconds / alike)} as long as layers that are alike` };
  });
}

function runSeconds(mixers: readonly string[], requests: number): number {
  const kinds = mixers.map((mixer, i) => `k${i}: { mixer: ${mixer}, ${DENSE} }`).join(", ");
  const pattern = mixers.map((_, i) => `k${i}`).join(", ");
  const model = `model={ layers: 32, hiddenSize: 4096, layerKinds: { ${kinds} }, layerPattern: [${pattern}] }`;
  const without = ["model.attention=null", "model.dense=null"];
  const set = [`workload.requests=${requests}`, "serving.scheduler.maxSequences=64", ...without, model];
  const { scenario } = loadScenarioFile(join(HOUSE, "bench", "serving", "w2.yaml"), { set });
  const simulation = start(prepare(scenario));
  return cpuSeconds(() => {
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
  });
}
