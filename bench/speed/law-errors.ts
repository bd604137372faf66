import { join } from "node:path";
import { simulate } from "@tokenyard/simulator";
import { loadScenarioFile, type Report } from "tokenyard";
import { HOUSE } from "../house.ts";
import type { Row } from "./row.ts";

interface Load {
  readonly what: string;
  readonly file: string;
  readonly set: readonly string[];
}

const FEW = "workload.requests=1000";
const LOGNORMAL = "routing.gate={ kind: lognormal, sigma: 1.05 }";
const W5 = "1,000 requests, Qwen3-30B-A3B";
const POOLS = "pools=[{ role: prefill, parallelism: { expert: 4 } }, { role: decode, parallelism: { expert: 8 } }]";
const LOST = [
  "parallelism={ expert: 8, data: 2 }",
  "routing.placement={ kind: redundant, spareSlots: 32 }",
  "faults=[{ kind: gpu-lost, at: 30 s, for: 20 s, ranks: [3] }]",
  "health={ exit: 10 ms, onLoss: { kind: shrink, decide: 0 s, rebuild: 100 ms, graph: 0 s }, inFlight: requeue, whileDown: wait }",
  "weightStore=peers",
];

const LOADS: readonly Load[] = [
  { what: `${W5} on 8 GPUs: uniform`, file: "w5", set: [FEW, "routing.gate=uniform"] },
  { what: `${W5} on 8 GPUs: lognormal 1.05`, file: "w5", set: [FEW, LOGNORMAL] },
  { what: "128 requests, 75 layers of 256 experts on 512 GPUs: uniform", file: "wide-512", set: ["routing.gate=uniform"] },
  { what: `${W5} in 2 stages of 4: lognormal 1.05`, file: "w5", set: [FEW, LOGNORMAL, "parallelism.pipeline=2", "parallelism.expert=4"] },
  { what: `${W5} on pools of 4 and 8 GPUs: lognormal 1.05`, file: "w5", set: [FEW, LOGNORMAL, "parallelism={}", POOLS] },
  { what: `${W5} on 2 × 8 GPUs, one lost for 20 s: lognormal 1.05`, file: "w5", set: [FEW, LOGNORMAL, ...LOST] },
];

/** Errors of whole runs by the law against exact ones, in the means over requests. */
export function lawErrors(): Row[] {
  return LOADS.map(({ what, file, set }) => {
    const [exact, law] = ["exact", "law"].map((resolution) => {
      const settings = [...set, `routing.resolution=${resolution}`, "mostWork=1000 s"];
      return simulate(loadScenarioFile(join(HOUSE, "bench", "serving", `${file}.yaml`), { set: settings }).scenario);
    }) as [Report, Report];
    const off = (key: "tpotSeconds" | "ttftSeconds") => percent(law[key]!.mean! / exact[key]!.mean! - 1);
    const value = `TPOT ${off("tpotSeconds")}, TTFT ${off("ttftSeconds")}`;
    return { what: `${what}: means by the law, off exact ones by`, value, ratio: "at most 0.5 and 1 % wanted" };
  });
}

function percent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(2)} %`;
}
