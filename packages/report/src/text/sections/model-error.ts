import { counted } from "@tokenyard/scenario";
import { loadOf } from "../../model-error/likeness.ts";
import type { LoadKind } from "../../model-error/residual.ts";
import type { ModelError } from "../../schema/model-error-schema.ts";
import type { Report } from "../../schema/report.ts";
import type { Page } from "../page.ts";
import { paragraph } from "../paragraph.ts";
import { stepOf } from "../precision.ts";
import { measured } from "../quantity.ts";

type Known = Exclude<ModelError, { readonly uncalibrated: unknown }>;

const ROOFLINE = "uncalibrated roofline";
const OPENING = "Model error  ";
const ENGINES: Readonly<Record<string, string>> = {
  vllm: "vLLM",
  sglang: "SGLang",
  trtllm: "TensorRT-LLM",
  "trtllm 1.0": "TensorRT-LLM 1.0",
};
const KINDS = { dense: "dense models", experts: "models with experts", latent: "models with experts and latent attention" } as const;
const LOADS = { closed: "users who wait for answers", open: "arrivals at a rate" } as const;
/** Numbers whose intervals are shown, each with its name and unit. */
const SHOWN = [
  ["mean TTFT", "ttftSeconds.mean", "s", ""],
  ["TPOT", "tpotSeconds.mean", "s", ""],
  ["E2E", "e2eSeconds.mean", "s", ""],
  ["", "throughput.tokensPerMsPerGpu", "tokens/ms", " per GPU"],
] as const;

/** Error compared with a real server, by measured runs like this one, or the reason why it is unknown. */
export function modelErrorLines({ modelError, models, scenario }: Report, { width, ink }: Page): string[] {
  if (models.some((name) => name.startsWith(ROOFLINE))) return []; // the heading calls a roofline uncalibrated
  if (modelError === undefined) return []; // a report of an earlier state
  const workload = scenario.resolved["workload"] as { readonly kind?: string } | undefined;
  const ownLoad = loadOf(workload?.kind);
  const text = "uncalibrated" in modelError ? uncalibratedText(modelError.uncalibrated) : knownText(modelError, ownLoad);
  const [first = "", ...rest] = paragraph(text.split(" "), OPENING, width);
  return [ink.strong(OPENING.trimEnd()) + first.slice(OPENING.trimEnd().length), ...rest];
}

function uncalibratedText(reasons: readonly string[]): string {
  return `uncalibrated: measured runs say nothing of ${reasons.join(", ")}`;
}

function knownText(known: Known, ownLoad: LoadKind | undefined): string {
  const shown = SHOWN.flatMap(([name, path, unit, after]) => {
    const interval = known.intervals[path];
    return interval === undefined ? [] : [`${name === "" ? "" : `${name} `}${rangeText(interval, unit)}${after}`];
  });
  return `a real server, in 8 of 10 cases: ${shown.join(" · ")} (${likeText(known, ownLoad)})`;
}

/** `9.1 to 15 ms`, no finer than its width justifies. */
function rangeText({ low, high }: Known["intervals"][string], unit: string): string {
  if (high === null) return `${measured(low, unit)} or more`;
  const middle = (low + high) / 2;
  const step = stepOf(middle, { low, high });
  const [from, to] = [measured(low, unit, step), measured(high, unit, step)];
  const symbol = to.slice(to.indexOf(" "));
  return from.endsWith(symbol) ? `${from.slice(0, -symbol.length)} to ${to}` : `${from} to ${to}`;
}

function likeText({ engine, kind, load, runs, seen, borrowed, calibration }: Known, ownLoad: LoadKind | undefined): string {
  const who = `${engine === "any" ? "of all engines" : `of ${ENGINES[engine] ?? engine}`}, ${KINDS[kind]}, ${LOADS[load]}`;
  const isOther = ownLoad !== undefined && ownLoad !== load;
  const wider = [
    ...(isOther ? [`none of these with ${LOADS[ownLoad]}`] : []),
    ...(seen || isOther ? [] : ["this model, GPU and engine not among them"]),
    ...(borrowed ? ["kernels borrowed from another GPU"] : []),
  ];
  const like = `measured on ${counted(runs, "run")}${isOther ? "" : " like this"}: ${who}`;
  const text = wider.length === 0 ? like : `${like}; wider: ${wider.join(", ")}`;
  return calibration === undefined ? text : `${calibrationText(calibration)}; ${text}`;
}

function calibrationText(calibration: NonNullable<Known["calibration"]>): string {
  if ("unused" in calibration) return `calibration not used: ${calibration.unused}`;
  const { runs, others, tokenyard } = calibration;
  const parts = [
    ...(runs > 0 ? [`${counted(runs, "run")} of this layout and these lengths`] : []),
    ...(others > 0 ? [`${counted(others, "run")} of other layouts or lengths`] : []),
  ];
  return `calibrated on ${parts.join(" and ")}${tokenyard === undefined ? "" : `, simulated by Tokenyard ${tokenyard}`}`;
}
