import { type Errors, errorsOf } from "../errors.ts";
import type { Row } from "../table.ts";
import { measuredOpenLoop, openLoopHindrance, simulatedOpenLoop } from "./open-loop.ts";

/** How far simulated means of open loops lie from measured ones. */
export interface OpenLoopScores {
  readonly name: string;
  readonly runs: number;
  readonly itl: Errors;
  readonly e2e: Errors;
}

/** Of whole runs of `rows` that a scenario can say, models with experts first. */
export function openLoopScores(rows: readonly Row[]): OpenLoopScores[] {
  const hasExperts = (row: Row) => /Mixtral|Scout/.test(row["model"] ?? "");
  const whole = rows.filter((row) => row["stage"] === "-1" && openLoopHindrance(row) === undefined);
  const groups = { experts: whole.filter(hasExperts), dense: whole.filter((row) => !hasExperts(row)) };
  return Object.entries(groups).map(([name, own]) => {
    const [simulated, measured] = [own.map((row) => simulatedOpenLoop(row, "fitted")), own.map(measuredOpenLoop)];
    const of = (time: "itl" | "e2e") =>
      errorsOf(
        simulated.map((each) => each[time]),
        measured.map((each) => each[time]),
      );
    return { name, runs: own.length, itl: of("itl"), e2e: of("e2e") };
  });
}
