import type { Place } from "@tokenyard/report";
import type { CalibrationSpec } from "@tokenyard/scenario";
import { DISBELIEF, type NextRun, type Validated } from "@tokenyard/study";
import { type TextColumn, textTable } from "../../tables/text-table.ts";
import { counted, grouped } from "../../terminal/amount.ts";
import { nameOf } from "../accuracy-text.ts";
import type { Calibrated } from "./calibrated.ts";
import type { JudgedRun } from "./judged-run.ts";

const UNSEEN = { run: "other loads of a measured curve", curve: "other layouts or lengths" } as const;
const LATENCIES = { ttftSeconds: "TTFT", tpotSeconds: "TPOT" } as const;
type Curve = CalibrationSpec["curves"][number];

/** Text on the runs: those left out with reasons, the quality of predictions, the offset of each curve, and the next run to measure. */
export function calibrationText(found: Calibrated): string {
  const { runs, spec, next } = found;
  const left = runs.filter(({ reasons }) => reasons.length > 0);
  const doubtful = runs.filter(({ reasons, doubts }) => reasons.length === 0 && doubts.length > 0);
  const curves = spec?.curves ?? [];
  return [
    `${counted(runs.length - left.length, "run")} of ${runs.length}, of ${counted(curves.length, "curve")}`,
    ...listed("Left out", left, ({ reasons }) => reasons),
    ...listed("Doubtful", doubtful, ({ doubts }) => doubts),
    ...(curves.length === 0 ? [] : ["", ...curveLines(curves), "", ...validatedLines(found.validated), ...beliefLines(found)]),
    ...(next === undefined ? [] : ["", ...nextLines(next)]),
    "",
  ].join("\n");
}

function listed(heading: string, runs: readonly JudgedRun[], why: (run: JudgedRun) => readonly string[]): string[] {
  return runs.length === 0 ? [] : ["", heading, ...runs.map((each) => `  ${nameOf(each.run)}: ${why(each).join("; ")}`)];
}

function curveLines(curves: readonly Curve[]): string[] {
  const column = (heading: string, cellOf: (curve: Curve) => string, align: TextColumn["align"] = "right"): TextColumn => ({
    heading,
    align,
    cells: curves.map(cellOf),
  });
  const { head, body } = textTable([
    column("Curve", (curve) => `${curve.model}, ${curve.engine} ${curve.version}, ${curve.gpu}, ${curve.layout}`, "left"),
    column("prompt + output", ({ promptTokens, outputTokens }) => `${grouped(promptTokens)} + ${grouped(outputTokens)}`),
    column("runs", ({ runs }) => String(runs.length)),
    column("users", ({ runs }) => usersText(runs.map(({ users }) => users))),
    column("TTFT", ({ runs }) => offsetText(runs.map(({ ttft }) => ttft))),
    column("TPOT", ({ runs }) => offsetText(runs.flatMap(({ tpot }) => tpot ?? []))),
  ]);
  return [...head, ...body, "", "median of measured / simulated − 1"];
}

function usersText(users: readonly number[]): string {
  const [least, most] = [Math.min(...users), Math.max(...users)].map((each) => String(Number(each.toPrecision(3))));
  return least === most ? `${least}` : `${least} to ${most}`;
}

function offsetText(ratios: readonly number[]): string {
  if (ratios.length === 0) return "–";
  const sorted = [...ratios].sort((a, b) => a - b);
  const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
  const share = ((middle - 1) * 100).toFixed(0);
  return `${share.startsWith("-") ? share.replace("-", "−") : `+${share}`} %`;
}

function validatedLines(all: readonly Validated[]): string[] {
  const rows = all.flatMap(({ unseen, latencies }) => latencies.map((each) => ({ unseen, ...each })));
  if (rows.length === 0) return ["No run has another of its engine, model and GPU: what they predict was not checked."];
  const column = (heading: string, cellOf: (row: (typeof rows)[number]) => string, align: TextColumn["align"] = "right"): TextColumn => ({
    heading,
    align,
    cells: rows.map(cellOf),
  });
  const errors = (each: Errors) => `${medianText(each)} / ${p90Text(each)}`;
  const { head, body } = textTable([
    column("Runs that were not seen", ({ unseen }) => UNSEEN[unseen], "left"),
    column("", ({ measured }) => LATENCIES[measured], "left"),
    column("number", ({ runs }) => String(runs)),
    column("preset", ({ before }) => errors(before)),
    column("calibrated", ({ after }) => errors(after)),
    column("", verdictText, "left"),
  ]);
  return [...head, ...body, "", "median / 90th percentile of |predicted / measured − 1|, in %"];
}

type Latency = Validated["latencies"][number];
type Errors = Latency["before"];

const medianText = ({ median }: Errors) => (median * 100).toFixed(1);
const p90Text = ({ p90 }: Errors) => (p90 * 100).toFixed(0);

/** Improvements by the calibration, as the two numbers are printed. */
export function verdictText({ before, after, isBetter }: Pick<Latency, "before" | "after" | "isBetter">): string {
  if (!isBetter) return "the preset is as good";
  const [median, p90] = [Number(medianText(before)) - Number(medianText(after)), Number(p90Text(before)) - Number(p90Text(after))];
  if (median > 0 && p90 >= 0) return "better";
  return median > 0 ? "better in the median" : p90 > 0 ? "better in the 90th percentile" : "better in the mean";
}

function beliefLines({ belief: { carry, noise }, validated, spec }: Calibrated): string[] {
  const isCarried = validated.some(({ unseen, latencies }) => unseen === "curve" && latencies.length > 0);
  const isPreset = noise === DISBELIEF.noise;
  const hosts = spec?.hostTimes;
  return [
    ...(hosts === undefined ? [] : ["", hostLine(hosts)]),
    ...(isPreset ? ["", "The preset is as good as anything that these runs say: the file leaves its numbers as they are."] : []),
    ...(isPreset || carry || !isCarried
      ? []
      : ["", "Offsets stay with their curves: these runs predict other layouts and lengths no better."]),
  ];
}

function hostLine({ step, request, prompt, arrival }: NonNullable<CalibrationSpec["hostTimes"]>): string {
  return `Host times, by the preset's: steps × ${step}, sequences × ${request}, prompts × ${prompt}, arrivals × ${arrival}`;
}

function nextLines({ place, before, after }: NextRun): string[] {
  const { users, promptTokens, outputTokens, model, engine, version, gpu, layout } = place;
  const share = ((1 - after / before) * 100).toFixed(0);
  return [
    `Next run worth measuring: ${counted(users, "user")}, prompts of ${grouped(promptTokens)} and outputs of ${grouped(outputTokens)}, ${placeText({ model, engine, version, gpu, layout })}.`,
    `With it, intervals along these curves are ${share} % narrower in the mean.`,
  ];
}

function placeText({ model, engine, version, gpu, layout }: Pick<Place, "model" | "engine" | "version" | "gpu" | "layout">): string {
  return `${model} by ${engine} ${version} on ${gpu} (${layout})`;
}
