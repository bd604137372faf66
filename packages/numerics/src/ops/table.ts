import type { ContextExchangeWork, Op, Work } from "@tokenyard/program";
import type { Stage } from "../stage.ts";
import type { Visit } from "../visit.ts";
import { attention } from "./attention.ts";
import { dense } from "./dense.ts";
import { combine, dispatch } from "./exchange.ts";
import { experts, reduceExperts } from "./experts.ts";
import { gate } from "./gate.ts";
import { gatherCopies, scatterCopies } from "./gather-copies.ts";
import { gatherTokens, scatterTokens } from "./gather-tokens.ts";
import { head } from "./head.ts";
import { arePending, reduceHalf, reduceResults } from "./reduce.ts";
import { send } from "./send.ts";
import { shared } from "./shared.ts";
import { dealSlots } from "./slots.ts";
import { allGather, reduceScatter } from "./split-activations.ts";

/** Carries out an op on the groups of ranks that meet for it. */
export type OpExecutor = (stage: Stage, groups: readonly (readonly Visit[])[], op: Op) => void;

/** A work, whichever mixer or dense feed-forward of the model it is for. */
export type Family =
  | Exclude<Work, `steady-${number}` | `mixer-${number}` | `dense-${number}` | ContextExchangeWork>
  | "mixer"
  | "other-dense"
  | "context-queries"
  | "context-results"
  | "context-past";

/** Executor of each kind of op. A new kind does not compile without an entry; one that is not executed yet is `unverified`. */
const EXECUTORS: Readonly<Record<Family, OpExecutor | "unverified">> = {
  host: () => undefined, // it computes nothing
  attention: byRank((stage, visit, op) => attention(stage, visit, op)),
  "windowed-attention": byRank((stage, visit, op) => attention(stage, visit, op)),
  mixer: byRank((stage, visit, op) => attention(stage, visit, op)),
  gate: (stage, groups, { layer }) => {
    for (const visits of groups) for (const visit of visits) gate(stage, visit, layer);
    dealSlots(stage, layer);
  },
  experts: byRank((stage, visit, { layer }) => experts(stage, visit, layer)),
  shared: byRank((stage, visit, { layer }) => shared(stage, visit, layer)),
  dense: byRank((stage, visit, { layer }) => dense(stage, visit, layer)),
  "other-dense": byRank((stage, visit, { layer }) => dense(stage, visit, layer)),
  head: byRank((stage, visit) => head(stage, visit)),
  "draft-input": "unverified",
  "reduce-attention": byGroup((stage, visits, { layer }) => reduceHalf(stage, visits, layer, "mixer")),
  "reduce-dense": byGroup((stage, visits, { layer }) => reduceHalf(stage, visits, layer, "dense")),
  "reduce-combine": byGroup((stage, visits, { layer }) => reduceResults(stage, visits, layer)),
  "reduce-experts": byGroup((stage, visits, { layer }) => reduceExperts(stage, visits, layer)),
  "reduce-scatter": byGroup((stage, visits, { layer }) => {
    if (arePending(stage, visits, layer, stage.specs[layer]!.dense === undefined ? "mixer" : "dense")) reduceScatter(stage, visits);
  }),
  "all-gather": byGroup((stage, visits) => allGather(stage, visits)),
  "context-queries": "unverified",
  "context-results": "unverified",
  "context-past": "unverified",
  dispatch: byGroup((stage, visits, { layer }) => dispatch(stage, visits, layer)),
  combine: byGroup((stage, visits, { layer }) => combine(stage, visits, layer)),
  "gather-tokens": byGroup((stage, visits, { layer }) => gatherTokens(stage, visits, layer)),
  "scatter-tokens": byGroup((stage, visits, { layer }) => scatterTokens(stage, visits, layer)),
  "gather-copies": byGroup((stage, visits, { layer }) => gatherCopies(stage, visits, layer)),
  "scatter-copies": byGroup((stage, visits, { layer }) => scatterCopies(stage, visits, layer)),
  send: byRank((stage, visit) => send(stage, visit)),
  move: "unverified",
};

/** The executor of `work`. */
export function executorOf(work: Work): OpExecutor | "unverified" {
  return EXECUTORS[familyOf(work)];
}

/** Whether ops of `work` are executed with numbers. */
export function isExecuted(work: Work): boolean {
  return executorOf(work) !== "unverified";
}

function familyOf(work: Work): Family {
  const numbered = /^(steady|mixer|dense|context-(?:queries|results|past))-\d+$/.exec(work)?.[1];
  if (numbered === undefined) return work as Family;
  if (numbered === "steady") return "mixer";
  return numbered === "dense" ? "other-dense" : (numbered as Family);
}

function byRank(each: (stage: Stage, visit: Visit, op: Op) => void): OpExecutor {
  return (stage, groups, op) => {
    for (const visits of groups) for (const visit of visits) each(stage, visit, op);
  };
}

function byGroup(each: (stage: Stage, visits: readonly Visit[], op: Op) => void): OpExecutor {
  return (stage, groups, op) => {
    for (const visits of groups) each(stage, visits, op);
  };
}
