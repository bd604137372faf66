import { join } from "node:path";
import { prepare, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { HOUSE } from "../house.ts";
import { type Effort, onceSeconds } from "./best.ts";
import { duration, type Row, times } from "./row.ts";

interface Case {
  readonly what: string;
  readonly file: string;
  readonly set?: readonly string[];
  /** What strikes, each with what is done about it. */
  readonly struck: readonly Struck[];
}

type Struck = readonly [what: string, ...settings: string[]];

const at = (seconds: number, last: number) => `at: ${seconds} s, for: ${last} s`;
const lost = (seconds: number, engine: string): Struck => [
  `a GPU lost, ${engine}`,
  `faults=[{ kind: gpu-lost, ${at(seconds, 60)}, ranks: [0] }]`,
  `health=${engine}`,
];
const slow = (seconds: number): Struck => [
  "a slow GPU",
  `faults=[{ kind: gpu-slow, ${at(seconds, seconds / 30)}, ranks: [0], speed: 70 % }]`,
];
const link = (seconds: number): Struck => [
  "a link down for a second",
  `faults=[{ kind: link-lost, ${at(seconds, 1)}, ranks: [0] }]`,
  "communication={ fallback: fail }",
];
const engines = (seconds: number) =>
  ["vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo"].map((engine) => lost(seconds, engine));

const TWO_NODES = "cluster.gpusPerNode=4";
const QWEN = "10,000 requests, Qwen3-30B-A3B on 8 GPUs";

/** Faults are rare: one in a run of half an hour, or, where gates draw, of minutes. */
const CASES: readonly Case[] = [
  { what: "10,000 requests over 8 replicas of a dense 7B", file: "w4", struck: [...engines(100), slow(100)] },
  { what: QWEN, file: "w5", struck: [...engines(800), slow(800)] },
  { what: `${QWEN}, attention over two GPUs`, file: "w7", struck: [lost(800, "sglang-elastic"), slow(800)] },
  { what: `${QWEN} of two nodes`, file: "w5", set: [TWO_NODES], struck: [link(1500)] },
  {
    what: "500 requests, the same, a gate that draws",
    file: "w5",
    set: [TWO_NODES, "workload.requests=500", "routing.gate=uniform", "routing.resolution=exact"],
    struck: [lost(60, "sglang-elastic"), slow(60), link(75)],
  },
  {
    what: "10,000 requests, a dense 7B on 4 GPUs that prefill and 4 that decode",
    file: "w4",
    set: ["parallelism.data=1", "pools=[{ role: prefill, count: 4 }, { role: decode, count: 4 }]"],
    struck: [lost(100, "dynamo"), slow(100)],
  },
  {
    what: "10,000 requests, a dense 7B, 2 stages of 2 GPUs that prefill and twice as many that decode",
    file: "w2",
    set: ["parallelism.pipeline=2", "parallelism.tensor=2", "pools=[{ role: prefill }, { role: decode, count: 2 }]"],
    struck: [lost(150, "dynamo"), slow(150)],
  },
  {
    what: "2,000 requests, a dense 7B in 2 stages of 2 GPUs",
    file: "w2",
    set: ["parallelism.pipeline=2", "parallelism.tensor=2", "workload.requests=2000"],
    struck: [lost(150, "dynamo"), slow(150)],
  },
];

/** Runs alone that something strikes, against the same that nothing does, in turns. */
export async function faults({ quick }: Effort): Promise<Row[]> {
  return (quick ? CASES.slice(0, 1) : CASES).flatMap(({ what, file, set = [], struck }) =>
    struck.map(([fault, ...settings]) => {
      let [plain, hit] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        plain = Math.min(plain, runSeconds(file, set));
        hit = Math.min(hit, runSeconds(file, [...set, ...settings]));
      }
      return { what: `${what}: ${fault}`, value: duration(hit), ratio: `${times(hit / plain)} as long as without` };
    }),
  );
}

function runSeconds(file: string, set: readonly string[]): number {
  const { scenario } = loadScenarioFile(join(HOUSE, "bench", "serving", `${file}.yaml`), { set });
  const simulation = start(prepare(scenario));
  return onceSeconds(() => {
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
  });
}
