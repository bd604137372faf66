import { sglangHost } from "../../presets/engines/sglang.ts";
import { BY_DECODE, type Engine, gateOf, partitionOf } from "../flag.ts";
import { hostOf, hostOfDrafts, standInsOf } from "../host.ts";
import { SGLANG_HARMLESS } from "./harmless.ts";
import { SGLANG_LAYOUT, sglangLayout } from "./layout.ts";
import { asksNoGraphs, SGLANG_MEMORY } from "./memory.ts";
import { composesAhead, SGLANG_SCHEDULING } from "./scheduling.ts";
import { SGLANG_SPECULATION, sglangDrafting } from "./speculation.ts";

/** Sequences of a data group where nothing says how many: `max_num_reqs` is never below. */
const LEAST_RUNNING = 2048;

export const sglang: Engine = {
  name: "sglang",
  title: "SGLang",
  versions: { oldest: "0.4", newest: "0.6", assumed: "0.5.9" },
  flags: [...SGLANG_LAYOUT, ...SGLANG_SCHEDULING, ...SGLANG_SPECULATION, ...SGLANG_MEMORY],
  harmless: SGLANG_HARMLESS,
  layout: sglangLayout,
  degrees: ["tp-size", "pp-size", "dp-size", "ep-size", "enable-dp-attention", "dcp-size"],
  drafting: sglangDrafting,
  withoutGraphs: { flag: "disable-cuda-graph", at: true, isAsked: asksNoGraphs },
  standIns: standInsOf(sglangHost),
  always: (facts) => ({
    "cluster.kernels.library": "sglang",
    "cluster.kernels.launchShare": "50 %",
    ...hostOf(sglangHost),
    ...hostOfDrafts(facts, composesAhead(facts), "2.8 ms", "100 us"),
    ...partitionOf(facts),
    ...gateOf(facts),
    ...BY_DECODE,
    "serving.scheduler.maxSequences": LEAST_RUNNING,
  }),
};
