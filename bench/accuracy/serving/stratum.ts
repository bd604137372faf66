import { type Errors, errorsOf } from "../errors.ts";
import { tableHead, tableLine } from "../page.ts";
import type { Latencies, Served } from "./served.ts";
import { hasExperts, modelOf } from "./serving-model.ts";
import { ENGINES, type ServingRun, type Workers } from "./serving-run.ts";
import type { Statement } from "./serving-scenario.ts";

type Time = keyof Latencies;

/** How far simulated means lie from measured ones. */
export function errorsIn(served: readonly Served[], kernels: Statement, time: Time): Errors {
  const own = served.filter((each) => each[kernels] !== undefined);
  return errorsOf(
    own.map((each) => each[kernels]![time]),
    own.map(({ run }) => run[time]),
  );
}

const ENGINE_NAMES = { vllm: "vLLM", trtllm: "TensorRT-LLM", sglang: "SGLang" } as const;

const KINDS = ["experts", "experts and latent attention", "dense"] as const;
export type Kind = (typeof KINDS)[number];

/** Kind of its model. */
export function kindOf(run: ServingRun): Kind {
  if (!hasExperts(run)) return "dense";
  return /^(deepseek|kimi)/.test(modelOf(run) ?? "") ? "experts and latent attention" : "experts";
}

/** Name of a run of pools: users, lengths, and the workers and ranks of the prefill pool before those of the decode pool. */
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

/** Runs by kind of model, models with experts first. */
function byKind(served: readonly Served[]) {
  return KINDS.map((kind) => [kind, served.filter(({ run }) => kindOf(run) === kind)] as const).filter(([, own]) => own.length > 0);
}

/** Runs of one kind by engine. */
function byEngine(kind: Kind, own: readonly Served[]) {
  const ofEngines = ENGINES.map((engine) => [`${ENGINE_NAMES[engine]}, ${kind}`, own.filter(({ run }) => run.engine === engine)] as const);
  return ofEngines.filter(([, each]) => each.length > 0);
}

/** Medians that are farther off with the engine alone than with ideal steps, by kind of model and engine. */
export function farther(served: readonly Served[]): string[] {
  const strata = byKind(served).flatMap(([kind, own]) => byEngine(kind, own));
  return TIMES.flatMap((time) =>
    strata
      .filter(([, own]) => errorsIn(own, "engine", time).median > errorsIn(own, "ideal", time).median)
      .map(([name]) => `${time === "tpotSeconds" ? "TPOT" : "TTFT"} of ${name}`),
  );
}

/** A table of the errors by kind of model and engine, models with experts first; of each kind, and with each kind counted alike. */
export function kindsTable(served: readonly Served[]): string {
  const ofKinds = byKind(served);
  const lines = ofKinds.flatMap(([kind, own]) => [...byEngine(kind, own), [`all, ${kind}`, own] as const]);
  const head = ["runs of", "number", ...["TPOT", "TTFT"].flatMap((time) => STATEMENTS.map((statement) => `${time}, ${NAMED[statement]}`))];
  const alike = TIMES.flatMap((time) => STATEMENTS.map((statement) => meanCell(ofKinds.map(([, own]) => errorsIn(own, statement, time)))));
  return [
    tableHead(head),
    ...lines.map(([name, own]) =>
      tableLine([name, String(own.length), ...TIMES.flatMap((time) => STATEMENTS.map((each) => textOf(own, each, time)))]),
    ),
    tableLine(["all kinds alike", String(served.length), ...alike]),
  ].join("\n");
}

const STATEMENTS = ["ideal", "engine", "fitted"] as const;
const NAMED = { ideal: "`engine: ideal`", engine: "`engine` alone", fitted: "script's knobs" } as const;
const TIMES = ["tpotSeconds", "ttftSeconds"] as const;

function textOf(served: readonly Served[], statement: Statement, time: Time): string {
  const errors = errorsIn(served, statement, time);
  return `${cell(errors)} (${errors.medianRatio.toFixed(2)})`;
}

function meanCell(errors: readonly Errors[]): string {
  const mean = (of: (each: Errors) => number) => errors.reduce((sum, each) => sum + of(each), 0) / errors.length;
  return cell({ ...errors[0]!, median: mean(({ median }) => median), p90: mean(({ p90 }) => p90) });
}

/** A table of the errors of runs by themselves, in lines of any kind. */
export function linesTable(lines: readonly (readonly [name: string, served: readonly Served[]])[]): string {
  const head = ["runs of", "number", "TPOT, roofline", "TPOT", "simulated / measured", "TTFT, roofline", "TTFT", "simulated / measured"];
  return `${tableHead(head)}\n${lines.map(([name, own]) => lineOf(name, own)).join("\n")}`;
}

function lineOf(name: string, served: readonly Served[]): string {
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
