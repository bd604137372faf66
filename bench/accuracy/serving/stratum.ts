import { type Errors, errorsOf } from "../errors.ts";
import { tableHead, tableLine } from "../page.ts";
import type { Latencies, Served } from "./served.ts";
import { ENGINES, type ServingRun, type Workers } from "./serving-run.ts";
import { hasExperts } from "./serving-scenario.ts";

type Time = keyof Latencies;

/** How far simulated means lie from measured ones. */
export function errorsIn(served: readonly Served[], kernels: "fitted" | "roofline", time: Time): Errors {
  return errorsOf(
    served.map((each) => each[kernels]?.[time] ?? Number.NaN),
    served.map(({ run }) => run[time]),
  );
}

const ENGINE_NAMES = { vllm: "vLLM", trtllm: "TensorRT-LLM", sglang: "SGLang" } as const;

/** Runs that are scored together. */
function stratumOf(run: ServingRun): string {
  return `${ENGINE_NAMES[run.engine]}, ${run.gpu.toUpperCase()}, ${hasExperts(run) ? "experts" : "dense"}`;
}

/** What distinguishes a run of pools from others: users, lengths, and so many workers of so many ranks, those that prefill before those that decode. */
export function nameOfPooled(run: ServingRun): string {
  const model = run.model.slice(run.model.indexOf("/") + 1);
  const workers = ({ count, attention }: Workers) =>
    `${count} × ${attention.data > 1 ? `${attention.data} groups` : `${attention.tensor} ranks`}`;
  const pools = run.pools === undefined ? "" : `, ${workers(run.pools.prefill)}, ${workers(run.pools.decode)}`;
  return `${ENGINE_NAMES[run.engine]}, ${run.gpu.toUpperCase()}, ${model}, ${run.promptTokens} + ${run.outputTokens}${pools}, ${run.concurrency} users`;
}

/** A table of runs by themselves: measured, and simulated / measured. */
export function runsTable(served: readonly Served[]): string {
  const ms = (seconds: number) => `${(seconds * 1e3).toPrecision(3)} ms`;
  const lines = served.map(({ run, fitted, roofline }) =>
    tableLine([
      nameOfPooled(run),
      ms(run.tpotSeconds),
      roofline === undefined ? "" : (roofline.tpotSeconds / run.tpotSeconds).toFixed(2),
      (fitted.tpotSeconds / run.tpotSeconds).toFixed(2),
      `${run.ttftSeconds.toFixed(2)} s`,
      (fitted.ttftSeconds / run.ttftSeconds).toFixed(2),
    ]),
  );
  return `${tableHead(["run", "TPOT", "roofline", "fitted", "TTFT", "fitted"])}\n${lines.join("\n")}`;
}

/** A table of the errors by stratum, and of all runs of an engine, and of all together. */
export function strataTable(served: readonly Served[]): string {
  const strata = new Map<string, Served[]>();
  for (const each of served) strata.set(stratumOf(each.run), [...(strata.get(stratumOf(each.run)) ?? []), each]);
  const sorted = [...strata].sort(([a], [b]) => (a < b ? -1 : 1));
  const ofEngines = ENGINES.map((engine) => [`${ENGINE_NAMES[engine]}, all`, served.filter(({ run }) => run.engine === engine)] as const);
  return linesTable([...sorted, ...ofEngines.filter(([, own]) => own.length > 0), ["all", served] as const]);
}

/** Such a table of lines of any kind. */
export function linesTable(lines: readonly (readonly [name: string, served: readonly Served[]])[]): string {
  const head = ["runs of", "number", "TPOT, roofline", "TPOT", "simulated / measured", "TTFT, roofline", "TTFT", "simulated / measured"];
  return `${tableHead(head)}\n${lines.map(([name, own]) => lineOf(name, own)).join("\n")}`;
}

/** A line of that table. */
export function lineOf(name: string, served: readonly Served[]): string {
  return tableLine([name, String(served.length), ...cells(served, "tpotSeconds"), ...cells(served, "ttftSeconds")]);
}

function cells(served: readonly Served[], time: Time): string[] {
  const fitted = errorsIn(served, "fitted", time);
  const isAsked = served.some(({ roofline }) => roofline !== undefined);
  return [isAsked ? cell(errorsIn(served, "roofline", time)) : "", cell(fitted), fitted.medianRatio.toFixed(2)];
}

function cell({ median, p90 }: Errors): string {
  return `${(median * 100).toFixed(1)} / ${(p90 * 100).toFixed(0)}`;
}
