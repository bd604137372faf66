import { type Errors, errorsOf } from "../errors.ts";
import { tableHead, tableLine } from "../page.ts";
import type { Latencies, Served } from "./served.ts";
import { ENGINES, type ServingRun } from "./serving-run.ts";
import { hasExperts } from "./serving-scenario.ts";

type Time = keyof Latencies;

/** How far simulated means lie from measured ones. */
export function errorsIn(served: readonly Served[], kernels: "fitted" | "roofline", time: Time): Errors {
  return errorsOf(
    served.map((each) => each[kernels][time]),
    served.map(({ run }) => run[time]),
  );
}

const ENGINE_NAMES = { vllm: "vLLM", trtllm: "TensorRT-LLM", sglang: "SGLang" } as const;

/** Runs that are scored together. */
function stratumOf(run: ServingRun): string {
  return `${ENGINE_NAMES[run.engine]}, ${run.gpu.toUpperCase()}, ${hasExperts(run) ? "experts" : "dense"}`;
}

/** A table of the errors by stratum, and of all runs of an engine, and of all together. */
export function strataTable(served: readonly Served[]): string {
  const strata = new Map<string, Served[]>();
  for (const each of served) strata.set(stratumOf(each.run), [...(strata.get(stratumOf(each.run)) ?? []), each]);
  const sorted = [...strata].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = ["runs of", "number", "TPOT, roofline", "TPOT", "simulated / measured", "TTFT, roofline", "TTFT", "simulated / measured"];
  const ofEngines = ENGINES.map((engine) => [`${ENGINE_NAMES[engine]}, all`, served.filter(({ run }) => run.engine === engine)] as const);
  const lines = [...sorted, ...ofEngines.filter(([, own]) => own.length > 0), ["all", served] as const].map(([name, own]) =>
    lineOf(name, own),
  );
  return `${tableHead(head)}\n${lines.join("\n")}`;
}

/** A line of that table. */
export function lineOf(name: string, served: readonly Served[]): string {
  return tableLine([name, String(served.length), ...cells(served, "tpotSeconds"), ...cells(served, "ttftSeconds")]);
}

function cells(served: readonly Served[], time: Time): string[] {
  const fitted = errorsIn(served, "fitted", time);
  return [cell(errorsIn(served, "roofline", time)), cell(fitted), fitted.medianRatio.toFixed(2)];
}

function cell({ median, p90 }: Errors): string {
  return `${(median * 100).toFixed(1)} / ${(p90 * 100).toFixed(0)}`;
}
