import {
  inProcessRunner,
  isImpossible,
  orderedRunner,
  type ParameterValue,
  type PointResult,
  runPoint,
  type Simulate,
  type Stop,
  simulateWith,
  sliderOf,
  sweepPoints,
  type TriedValue,
  type WhatIf,
  whatIf,
} from "@tokenyard/study";
import type { SchemaNode } from "../editor/alternatives.ts";
import { type KnobOffer, knobOffers } from "../what-if/knob-offer.ts";
import type { AskedSlider } from "./messages.ts";
import { loadedSource, type ReadBlob, type Source } from "./source.ts";

/** The keys of a plan that a slider may vary. Throws Problems. */
export function knobsOf(source: Source, schema: SchemaNode, readBlob: ReadBlob): KnobOffer[] {
  return knobOffers(loadedSource(source, readBlob).scenario, schema);
}

export interface SliderTools {
  readonly readBlob: ReadBlob;
  readonly signal: Stop;
  /** How many values may be asked for at once. */
  readonly workers: number;
  /** Requests the row of a value from another Worker; undefined if it was given up. */
  row(path: string, value: ParameterValue): Promise<PointResult | undefined>;
  onTried(tried: TriedValue, most: number): void;
}

/** Answers of the plan along the asked key, whose values others run. Throws Problems. */
export async function sliderAnswer(source: Source, asked: AskedSlider, tools: SliderTools): Promise<WhatIf> {
  const { scenario, readPieces } = loadedSource(source, tools.readBlob);
  const { path, from, to, words = [] } = asked;
  const slider = sliderOf(scenario, path, { from, to, words, readPieces });
  const runner = orderedRunner(async (point) => {
    if (isImpossible(point.scenario)) return runPoint(point);
    const { index, parameters } = point;
    const row = await tools.row(path, parameters[path]!);
    return row === undefined ? { index, parameters, status: "failed", reason: "given up" } : { ...row, index, parameters };
  }, tools.workers);
  const onValue = (tried: TriedValue) => tools.onTried(tried, slider.values.length);
  return whatIf(scenario, slider, { readPieces, runner, signal: tools.signal, onValue });
}

/** The simulator of the last plan that a value was asked of: its runs share tables. */
let last: { readonly source: Source; readonly simulate: Simulate } | undefined;

/** The row that a sweep over `path` has at `value`. Throws Problems where the plan itself has some. */
export async function valueRow(source: Source, path: string, value: ParameterValue, readBlob: ReadBlob): Promise<PointResult> {
  const { scenario, readPieces } = loadedSource(source, readBlob);
  const { sweep: _, ...own } = scenario;
  if (last?.source.text !== source.text || last.source.path !== source.path) last = { source, simulate: simulateWith(readPieces) };
  const runner = inProcessRunner({ readPieces, simulate: last.simulate });
  for await (const row of runner.run(sweepPoints(own, { vary: { [path]: [value] } }, readPieces))) return row;
  throw new Error(`no point at ${path}`);
}
