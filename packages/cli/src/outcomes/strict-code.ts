import type { Report } from "@tokenyard/report";
import { type ExitCode, FINE, MISSED, NOT_ENOUGH_EVIDENCE } from "./exit-code.ts";

/** What `--strict` makes of the targets: of one seed as it is, of several what they say together. */
export function strictCode({ targets, seeds }: Report): ExitCode {
  const verdicts = targets.map(
    ({ met, offered }, at) => seeds?.targets[at]?.verdict ?? (met ? "met" : offered ? "not-enough-evidence" : "missed"),
  );
  if (verdicts.includes("missed")) return MISSED;
  return verdicts.includes("not-enough-evidence") ? NOT_ENOUGH_EVIDENCE : FINE;
}
