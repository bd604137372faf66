import { counted, grouped } from "@tokenyard/scenario";
import type { Report } from "../schema/report.ts";
import { brief, prefixed } from "./quantity.ts";

const DEGREES = ["pipeline", "expert", "tensor", "data"] as const;

type Tree = Readonly<Record<string, unknown>>;

/** A plan in one line: model, GPUs, layout and load, as `46.7 G parameters on 8 H100 GPUs: expert 8; 256 requests`. */
export function planWords(report: Pick<Report, "scenario" | "gpus" | "plan" | "requests">): string {
  const { scenario, gpus, plan, requests } = report;
  const parallelism = treeAt(scenario.resolved, "parallelism");
  const degrees = DEGREES.flatMap((degree) => {
    const value = parallelism[degree];
    return typeof value === "number" && value > 1 ? [`${degree} ${grouped(value)}`] : [];
  });
  const active = plan.activeParameters < plan.parameters ? ` (${brief(prefixed(plan.activeParameters, ""))} active)` : "";
  const where = `${counted(gpus, "GPU")} in ${counted(plan.nodes, "node")}`;
  const layout = degrees.length === 0 ? "" : `: ${degrees.join(", ")}`;
  return `${brief(prefixed(plan.parameters, ""))} parameters${active} on ${where}${layout}; ${loadWords(treeAt(scenario.resolved, "workload"), requests)}`;
}

function loadWords({ kind, rate }: Tree, { arrived, decoding }: Report["requests"]): string {
  if (decoding !== undefined) return `${counted(decoding, "sequence")} that decode`;
  const all = counted(arrived, "request");
  if (kind === "batch") return `a batch of ${all}`;
  return typeof rate === "string" ? `${all} at ${rate.replace(/^1 (\w+)s\//, "1 $1/")}` : all;
}

function treeAt(tree: Tree, key: string): Tree {
  const at = tree[key];
  return typeof at === "object" && at !== null ? (at as Tree) : {};
}
