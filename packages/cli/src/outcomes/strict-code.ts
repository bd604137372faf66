import type { Report, TargetOutcome } from "@tokenyard/report";
import { counted } from "@tokenyard/scenario";
import { type ExitCode, FINE, MISSED, NOT_ENOUGH_EVIDENCE } from "../terminal/exit-code.ts";

/**
 * Exit code of `--strict` for the targets: of one seed as it is, of several by their joint verdicts. With `sure`, each must have that
 * probability on a real server to be met, or to be missed.
 */
export function strictCode(report: Report, sure?: number): ExitCode {
  const verdicts = report.targets.map((target, at) => verdictOf(report, target, at, sure));
  if (verdicts.includes("missed")) return MISSED;
  return verdicts.includes("not-enough-evidence") ? NOT_ENOUGH_EVIDENCE : FINE;
}

function verdictOf(
  { seeds, modelError }: Report,
  { met, offered, probability }: TargetOutcome,
  at: number,
  sure: number | undefined,
): string {
  const simulated = seeds?.targets[at]?.verdict ?? (met ? "met" : offered ? "not-enough-evidence" : "missed");
  if (sure === undefined) return simulated;
  if (probability !== undefined) return probability >= sure ? "met" : 1 - probability >= sure ? "missed" : "not-enough-evidence";
  return "uncalibrated" in modelError ? "not-enough-evidence" : simulated;
}

/** Result of `--sure` for a report, in a line: `Sure of 90 %: 1 of 2 targets; not of tpot.p99 (72 %)`. */
export function sureLine(report: Report, sure: number): string {
  const { targets, modelError } = report;
  const open = targets.filter((target, at) => !verdictOf(report, target, at, sure).startsWith("met"));
  const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
  if (targets.length === 0) return `Sure of ${percent(sure)}: no targets are set`;
  const opening = `Sure of ${percent(sure)}: ${targets.length - open.length} of ${counted(targets.length, "target")}`;
  const why = open.map(({ name, probability }) => (probability === undefined ? name : `${name} (${percent(probability)})`)).join(", ");
  const unknown = "uncalibrated" in modelError ? "; the run is uncalibrated" : "";
  return open.length === 0 ? opening : `${opening}; not of ${why}${unknown}`;
}
