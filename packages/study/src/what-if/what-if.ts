import type { ReadPieces, Scenario } from "@tokenyard/scenario";
import type { ParameterValue } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner, RunnerOptions } from "../runners/runner.ts";
import { sweepPoints } from "../sweep/sweep.ts";
import { whatIfSentences } from "./sentences.ts";
import { numberIn, type Slider, valueText } from "./slider.ts";
import type { TriedValue, WhatIf } from "./tried-value.ts";
import { Tries } from "./tries.ts";
import { questionsOf, sideAt, type Turn, turnsBetween } from "./turn.ts";

export interface WhatIfOptions extends RunnerOptions {
  readonly readPieces?: ReadPieces | undefined;
  /** Runner; by default this thread. */
  readonly runner?: Runner;
  /** Called with each value as it ends. */
  onValue?(tried: TriedValue): void;
}

/**
 * Runs `scenario` at each value of `slider`, as a sweep over them would, and then locates where the answer to a target or the bottleneck
 * turns between two of them. The scenario's own sweep has no part in it. Throws Problems where a value has not the form of its path.
 */
export async function whatIf(scenario: Scenario, slider: Slider, options: WhatIfOptions = {}): Promise<WhatIf> {
  const { readPieces, runner = inProcessRunner({ readPieces }), signal, onValue } = options;
  const { sweep: _, ...own } = scenario;
  const pointsOf = (values: readonly ParameterValue[]) => sweepPoints(own, { vary: { [slider.path]: values } }, readPieces);
  const stopping = signal === undefined ? {} : { signal };
  const given: TriedValue[] = [];
  for await (const row of runner.run(pointsOf(slider.values), stopping)) {
    const tried = triedValue(slider, slider.values[row.index]!, row, true);
    given.push(tried);
    onValue?.(tried);
  }
  const isWhole = given.length === slider.values.length;
  const { scale } = slider;
  if (scale === undefined || !isWhole) return answered(slider, given, [], !isWhole);

  const between: TriedValue[] = [];
  const tries = new Tries(scale, async (value) => {
    for await (const row of runner.run(pointsOf([value]), stopping)) {
      const tried = triedValue(slider, value, row, false);
      between.push(tried);
      onValue?.(tried);
      return row;
    }
    return undefined;
  });
  for (const { value, row } of given) tries.add(value, row);
  const turns = (await Promise.all(seenTurns(tries).map(([question, low, high]) => turnsBetween(question, low, high, tries)))).flat();
  const points = [...given, ...between].sort((a, b) => a.number! - b.number!);
  return answered(
    slider,
    points,
    turns.sort((a, b) => a.low - b.low),
    signal?.aborted === true,
  );
}

function triedValue(slider: Slider, value: ParameterValue, row: PointResult, isGiven: boolean): TriedValue {
  const { scale } = slider;
  return { value, number: scale === undefined ? null : numberIn(scale.unit, value), label: valueText(slider, value), row, isGiven };
}

/** Neighbours of the grid, of those at which a plan can be, whose answers to a question differ. */
function seenTurns(tries: Tries): (readonly [question: string, low: number, high: number])[] {
  const rows = tries.numbers().filter((number) => tries.rowAt(number)?.status === "ok");
  return questionsOf(rows.map((number) => tries.rowAt(number)!)).flatMap((question) =>
    rows.slice(1).flatMap((high, at) => {
      const low = rows[at]!;
      const [before, after] = [sideAt(tries.rowAt(low), question), sideAt(tries.rowAt(high), question)];
      const isTurn = before !== undefined && after !== undefined && before.answer !== after.answer;
      return isTurn ? [[question, low, high] as const] : [];
    }),
  );
}

function answered(slider: Slider, points: readonly TriedValue[], turns: readonly Turn[], isPart: boolean): WhatIf {
  const found = { slider, points, turns, isPart };
  return { ...found, sentences: whatIfSentences(found) };
}
