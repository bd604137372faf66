import { join } from "node:path";
import { prepare, type RunOptions, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { HOUSE } from "../house.ts";
import { cpuSeconds, type Effort } from "./best.ts";
import { bounds } from "./bounds.ts";
import { lawErrors } from "./law-errors.ts";
import { duration, type Row, rate, times } from "./row.ts";
import { unevenProcesses } from "./uneven-processes.ts";
import { wholeProcesses } from "./whole-processes.ts";

/** Settings of a scenario, as --set takes them. */
type Settings = readonly string[];

interface Case {
  readonly what: string;
  readonly file: string;
  readonly set?: Settings;
  /** Additional settings of the run that it is compared with. */
  readonly even?: Settings;
}

const FEW = "workload.requests=1000";
const LOGNORMAL = "routing.gate={ kind: lognormal, sigma: 1.05 }";
const EVEN: Settings = ["routing.gate=balanced"];
const EXACT = "routing.resolution=exact";
const LAW = "routing.resolution=law";
const W5 = "1,000 requests, Qwen3-30B-A3B on 8 GPUs";

/** Gates that draw, against the even one; copies of experts, against none; pipelines, against one stage; and halves. */
const CASES: readonly Case[] = [
  { what: `${W5}: even`, file: "w5", set: [FEW] },
  { what: `${W5}: uniform`, file: "w5", set: [FEW, "routing.gate=uniform", EXACT], even: EVEN },
  { what: `${W5}: uniform, by the law`, file: "w5", set: [FEW, "routing.gate=uniform", LAW], even: EVEN },
  { what: `${W5}: lognormal 1.05`, file: "w5", set: [FEW, LOGNORMAL, EXACT], even: EVEN },
  { what: `${W5}: lognormal 1.05, by the law`, file: "w5", set: [FEW, LOGNORMAL, LAW], even: EVEN },
  ...["routing.gate=uniform", LOGNORMAL].map((gate, i) => ({
    what: `${W5}: ${["uniform", "lognormal 1.05"][i]}, 32 spare slots a layer`,
    file: "w5",
    set: [FEW, gate, EXACT, "routing.placement={ kind: redundant, spareSlots: 32 }"],
    even: ["routing.placement=contiguous"],
  })),
  {
    what: `${W5}: even, in two halves`,
    file: "w5",
    set: [FEW, "serving.overlap={ kind: two-batch, least: 2 }"],
    even: ["serving.overlap=none"],
  },
  {
    what: `${W5}: even, in 2 stages of 4`,
    file: "w5",
    set: [FEW, "parallelism.pipeline=2", "parallelism.expert=4"],
    even: ["parallelism.pipeline=1"],
  },
  { what: "128 requests, 75 layers of 256 experts on 512 GPUs: even", file: "wide-512" },
  {
    what: "128 requests, 75 layers of 256 experts on 512 GPUs: uniform",
    file: "wide-512",
    set: ["routing.gate=uniform", EXACT],
    even: EVEN,
  },
  {
    what: "128 requests, 75 layers of 256 experts on 512 GPUs: uniform, by the law",
    file: "wide-512",
    set: ["routing.gate=uniform", LAW],
    even: EVEN,
  },
  {
    what: "128 requests, 75 layers of 256 experts on 512 GPUs: uniform, in two halves",
    file: "wide-512",
    set: ["routing.gate=uniform", "serving.overlap={ kind: two-batch, least: 2 }"],
    even: ["serving.overlap=none"],
  },
  { what: "10,000 requests, a dense 7B in 4 stages", file: "w2", set: ["parallelism.pipeline=4"], even: ["parallelism.pipeline=1"] },
  {
    what: "10,000 requests, a dense 7B in 2 stages of 2 GPUs",
    file: "w2",
    set: ["parallelism.pipeline=2", "parallelism.tensor=2"],
    even: ["parallelism.pipeline=1"],
  },
];

/** Like the first of those, with ten times as many requests. */
const LONG: readonly Case[] = [
  ["uniform", "routing.gate=uniform"],
  ["lognormal 1.05", LOGNORMAL],
].flatMap(([name, gate]) =>
  [EXACT, LAW].map((resolution) => ({
    what: `10,000 requests, Qwen3-30B-A3B on 8 GPUs: ${name}${resolution === LAW ? ", by the law" : ""}`,
    file: "w5",
    set: [gate!, "mostWork=1000 s", resolution],
    even: EVEN,
  })),
);

const GROUPS = [64, 512, 1024] as const;

/** Runs alone, without what comes before and after them. Measured by themselves, with all else that `bench/README.md` holds against an aim beside them. */
export async function uneven(effort: Effort): Promise<Row[]> {
  const { quick, long = false, only } = effort;
  runSeconds("w5", ["workload.requests=50"]); // what is compiled at a start
  const rows: Row[] = [];
  for (const { what, file, set = [], even } of quick ? CASES.slice(0, 1) : long ? [...CASES, ...LONG] : CASES) {
    const seconds = runSeconds(file, set);
    const ratio = even && `${times(seconds / leastSeconds(file, [...set, ...even]))} as long as ${even.join()}`;
    rows.push({ what, value: duration(seconds), ...(ratio === undefined ? {} : { ratio }) });
  }
  rows.push(...scaling(quick ? [8, 16] : GROUPS));
  for (const load of ["6 requests/s", "30 requests/s"]) {
    rows.push({ what: `decode steps of one data group, one by one, ${load}`, value: rate(steppedRate(load, quick), "sequence-steps") });
  }
  if (only !== undefined && !quick) rows.push(...lawErrors(), ...unevenProcesses(), ...(await bounds(effort)), ...wholeProcesses());
  return rows;
}

/** Rows for equal numbers of GPUs, experts and data groups, with as many tokens. */
function scaling(sizes: readonly number[]): Row[] {
  let before: { readonly size: number; readonly seconds: number } | undefined;
  return sizes.map((size) => {
    const set = [`parallelism.expert=${size}`, `model.experts.count=${size}`, "mostWork=1000 s", EXACT];
    const seconds = runSeconds("groups-512", set);
    const ratio = before && `exponent ${(Math.log(seconds / before.seconds) / Math.log(size / before.size)).toFixed(1)}`;
    before = { size, seconds };
    return {
      what: `${size} GPUs, experts and data groups, 128 sequences: uniform`,
      value: duration(seconds),
      ...(ratio === undefined ? {} : { ratio }),
    };
  });
}

/** What a step takes hangs little on its sequences: more of them at once are more sequence-steps. */
function steppedRate(load: string, quick: boolean): number {
  const requests = quick ? 50 : 20_000;
  const seconds = runSeconds("w1", [`workload.requests=${requests}`, `workload.rate=${load}`], { executor: "loop" });
  return (requests * 128) / seconds;
}

/** Least seconds of three short runs. */
function leastSeconds(file: string, set: Settings): number {
  return Math.min(...[0, 1, 2].map(() => runSeconds(file, set)));
}

/** CPU seconds of one run; long ones take long enough for numbers to be stable. */
function runSeconds(file: string, set: Settings, options: RunOptions = {}): number {
  const { scenario } = loadScenarioFile(join(HOUSE, "bench", "serving", `${file}.yaml`), { set });
  const simulation = start(prepare(scenario), options);
  return cpuSeconds(() => {
    while (simulation.advance(Number.MAX_SAFE_INTEGER));
  });
}
