import { join } from "node:path";
import { GALLERY, HOUSE } from "../house.ts";
import type { Effort } from "./best.ts";
import { tokenyard } from "./meter.ts";
import { duration, type Row, times } from "./row.ts";

interface Load {
  readonly what: string;
  readonly file: string;
  readonly set?: readonly string[];
}

const LOGNORMAL = "routing.gate={ kind: lognormal, sigma: 1.05 }";
const UNIFORM = "routing.gate=uniform";
const LAW = "routing.resolution=law";
const EXACT = "routing.resolution=exact";
const serving = (name: string) => join(HOUSE, "bench", "serving", `${name}.yaml`);
const users = (users: number, requests: number) => [
  `workload={ kind: closed, concurrency: ${users}, requests: ${requests}, promptTokens: 512, outputTokens: 64 }`,
  "serving.scheduler.maxSequences=512",
];

const LOADS: readonly Load[] = [
  ...["w1", "w2", "w3", "w4", "w5", "w7"].map((name) => ({ what: name.toUpperCase(), file: serving(name) })),
  { what: "W2 in four stages, 1,000 requests", file: serving("w2"), set: ["workload.requests=1000", "parallelism.pipeline=4"] },
  ...[
    ["uniform", UNIFORM],
    ["lognormal", LOGNORMAL],
  ].flatMap(([name, gate]) => [
    { what: `W5 ${name}, 300 requests`, file: serving("w5"), set: ["workload.requests=300", gate!, EXACT] },
    { what: `W5 ${name}, 1,000 requests, by the law`, file: serving("w5"), set: ["workload.requests=1000", gate!, LAW] },
    { what: `W5 ${name}, by the law`, file: serving("w5"), set: [gate!, LAW] },
    { what: `2,048 users of Qwen3-30B-A3B on 8 GPUs, ${name}`, file: serving("w5"), set: [...users(2048, 2048), gate!, EXACT] },
    { what: `2,048 users of Qwen3-30B-A3B on 8 GPUs, ${name}, by the law`, file: serving("w5"), set: [...users(2048, 2048), gate!, LAW] },
    {
      what: `2,048 users of it on 2 GPUs, ${name}, by the law`,
      file: serving("w5"),
      set: [...users(2048, 2048), gate!, LAW, "parallelism.expert=2"],
    },
    {
      what: `512 users of it on 64 GPUs, ${name}, by the law`,
      file: serving("w5"),
      set: [...users(512, 2048), gate!, LAW, "parallelism.expert=64"],
    },
    { what: `wide-512 ${name}, by the law`, file: serving("wide-512"), set: [gate!, LAW] },
  ]),
  { what: "DeepSeek-V3 on 32 GPUs", file: serving("deepseek-v3-32") },
  { what: "DeepSeek-V3 on 32 GPUs, lognormal, by the law", file: serving("deepseek-v3-32"), set: [LOGNORMAL, LAW] },
  { what: "wide-512 even", file: serving("wide-512") },
  { what: "wide-512 uniform", file: serving("wide-512"), set: [UNIFORM, EXACT] },
  { what: "groups-512", file: serving("groups-512"), set: [EXACT] },
  { what: "groups-512 by the law", file: serving("groups-512"), set: [LAW] },
  {
    what: "groups-512 of 4,096 by the law",
    file: serving("groups-512"),
    set: [LAW, "parallelism.expert=4096", "model.experts.count=4096", "mostWork=1000 s"],
  },
  { what: "deployment-plan", file: join(GALLERY, "deployment-plan", "scenario.yaml") },
  { what: "deployment-plan, 512 outputs", file: join(GALLERY, "deployment-plan", "scenario.yaml"), set: ["workload.outputTokens=512"] },
  { what: "deployment-plan, by the law", file: join(GALLERY, "deployment-plan", "scenario.yaml"), set: [LAW] },
  { what: "decode-512", file: join(GALLERY, "decode-512", "scenario.yaml") },
];

/** The work that `check` estimates of a run against what its process takes of the cores, tables of the law made in it: within a factor of three either way. */
export function estimates({ quick }: Effort): Row[] {
  return (quick ? LOADS.slice(0, 1) : LOADS).map(({ what, file, set = [] }) => {
    const settings = set.flatMap((text) => ["--set", text]);
    const estimate: number = JSON.parse(tokenyard(["check", file, "--json", ...settings]).out).workSeconds;
    const run = ["run", file, "--json", "--replications", "1", "--no-cache", ...settings];
    const { coreSeconds } = tokenyard(run);
    return {
      what: `estimate: ${what}`,
      value: `${duration(coreSeconds)} of the cores`,
      ratio: `${times(estimate / coreSeconds)} estimated`,
    };
  });
}
