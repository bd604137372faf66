import { brief, measured, metricValue, metricWords, partWords, type Report } from "@tokenyard/report";
import { counted, metricOf, Problems, type ReadPieces, type Scenario } from "@tokenyard/scenario";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { numberIn, roundIn, type Slider, sliderOf, valueText, writtenIn } from "../what-if/slider.ts";

/** Both plans at one load, as they ran with the seed of a. */
export interface LoadPair {
  readonly load: number;
  readonly a: number | null;
  readonly b: number | null;
}

/** Loads at which one plan or the other has the better number. Plain data. */
export interface TurningPoint {
  /** Key of the load, which is the same in both plans. */
  readonly path: string;
  readonly own: LoadPair;
  /** All loads that ran, rising. */
  readonly tried: readonly LoadPair[];
  /** Two neighbours, the nearest to the plans' own load, between which the other plan begins to win; undefined if one wins at all. */
  readonly turn: { readonly low: LoadPair; readonly high: LoadPair } | undefined;
  readonly sentence: string;
}

export interface TurningOptions {
  readonly readPieces?: ReadPieces | undefined;
  /** Reports of scenarios in their order; undefined where one cannot be. Fewer where the study was stopped. */
  run(scenarios: readonly (Scenario | { readonly problems: Problems["problems"] })[]): Promise<readonly (Report | undefined)[]>;
}

const POINTS = 9;
/** Part of the distance between two neighbours to which a turn is located. */
const TOLERANCE = 1 / 16;

/**
 * Runs both plans at loads from an eighth to eight times their own, and locates where the better one of `metric` changes. `ofBoth` are their reports at their own load.
 * Undefined where they have no load in common, neither wins, or the study was stopped.
 */
export async function turningPoint(
  plans: readonly [a: Scenario, b: Scenario],
  ofBoth: readonly [a: Report, b: Report],
  metric: string,
  { readPieces, run }: TurningOptions,
): Promise<TurningPoint | undefined> {
  const slider = loadSlider(plans, readPieces);
  if (slider?.scale === undefined) return undefined;
  const { scale, path } = slider;
  const change = plans.map((plan) => scenarioChanger(plan, readPieces));
  const better = metricOf(metric)?.better ?? "less";
  const numberOf = (report: Report | undefined) =>
    report === undefined ? null : (metricValue(report, { path: metricOf(metric)?.path ?? metric }) ?? null);
  const tried: LoadPair[] = [];
  const at = async (loads: readonly number[]): Promise<boolean> => {
    const scenarios = loads.flatMap((load) => change.map((made) => made({ [path]: writtenIn(scale.unit, load) })));
    const reports = await run(scenarios);
    if (reports.length < scenarios.length) return false;
    for (const [i, load] of loads.entries()) tried.push({ load, a: numberOf(reports[2 * i]), b: numberOf(reports[2 * i + 1]) });
    tried.sort((x, y) => x.load - y.load);
    return true;
  };
  if (!(await at(slider.values.map((value) => numberIn(scale.unit, value))))) return undefined;
  const ownLoad = ownOf(plans[0], path)!;
  const own = tried.find(({ load }) => load === ownLoad);
  const here = own && winnerOf(own, better);
  if (own === undefined || here === undefined) return undefined;
  let turn = nearestTurn(tried, ownLoad, better);
  if (turn !== undefined) {
    const width = turn.high.load - turn.low.load;
    while (turn.high.load - turn.low.load > TOLERANCE * width) {
      const middle = roundIn(scale, (turn.low.load + turn.high.load) / 2);
      if (middle <= turn.low.load || middle >= turn.high.load) break;
      if (!(await at([middle]))) return undefined;
      const found = tried.find(({ load }) => load === middle)!;
      const winner = winnerOf(found, better);
      if (winner === undefined) break;
      turn = winner === winnerOf(turn.high, better) ? { ...turn, high: found } : { ...turn, low: found };
    }
  }
  const known = { path, own, tried, turn };
  return { ...known, sentence: sentenceOf(known, { slider, metric, better, ofBoth }) };
}

/** A slider over the load that both plans have; undefined where it is not the same. */
function loadSlider([a, b]: readonly [Scenario, Scenario], readPieces: ReadPieces | undefined): Slider | undefined {
  try {
    const path = LOADS[a.workload.kind];
    const own = ownOf(a, path);
    if (a.workload.kind !== b.workload.kind || typeof own !== "number" || own !== ownOf(b, path)) return undefined;
    return sliderOf(a, path, { points: POINTS, readPieces });
  } catch (error) {
    if (error instanceof Problems) return undefined; // a load without one number to turn up
    throw error;
  }
}

/** The key that turns up a load. */
const LOADS: Readonly<Record<Scenario["workload"]["kind"], string>> = {
  batch: "workload.sequences",
  "steady-decode": "workload.sequences",
  closed: "workload.concurrency",
  open: "workload.rate",
  sessions: "workload.rate",
  trace: "workload.speed",
};

/** What the load of a scenario has at `path`; undefined where it is no one number, as of stages. */
function ownOf({ workload }: Scenario, path: string): number | undefined {
  return (workload as unknown as Readonly<Record<string, number | undefined>>)[path.slice("workload.".length)];
}

type Better = "less" | "more";

/** The plan with the better number; undefined where both are alike, or one has none. */
export function winnerOf({ a, b }: LoadPair, better: Better): "a" | "b" | undefined {
  if (a === null || b === null || a === b) return undefined;
  return a < b === (better === "less") ? "a" : "b";
}

/** Neighbours among those with a winner whose winners differ, the nearest to `own`. */
function nearestTurn(tried: readonly LoadPair[], own: number, better: Better): TurningPoint["turn"] {
  const decided = tried.filter((pair) => winnerOf(pair, better) !== undefined);
  const turns = decided.slice(1).flatMap((high, i) => {
    const low = decided[i]!;
    return winnerOf(low, better) === winnerOf(high, better) ? [] : [{ low, high }];
  });
  const distance = ({ low, high }: { readonly low: LoadPair; readonly high: LoadPair }) =>
    low.load >= own ? low.load / own : own / high.load;
  return turns.toSorted((x, y) => distance(x) - distance(y))[0];
}

interface SentenceParts {
  readonly slider: Slider;
  readonly metric: string;
  readonly better: Better;
  readonly ofBoth: readonly [Report, Report];
}

function sentenceOf({ own, tried, turn }: Omit<TurningPoint, "sentence">, { slider, metric, better, ofBoth }: SentenceParts): string {
  const unit = metricOf(metric)?.unit ?? "";
  const text = (number: number | null) => (number === Number.POSITIVE_INFINITY ? "no bound" : brief(measured(number!, unit)));
  const winner = winnerOf(own, better)!;
  const loser = winner === "a" ? "b" : "a";
  const both = (pair: LoadPair) => `${text(pair[loser])} against ${text(pair[winner])}`;
  const at = ({ load }: LoadPair) => valueText(slider, writtenIn(slider.scale!.unit, load));
  const because = longerPart(ofBoth, loser, metric);
  const opening = `${loser} loses to ${winner} at ${at(own)}, with ${both(own)} of ${metricWords(metric)}${because}`;
  const decided = tried.filter((pair) => winnerOf(pair, better) !== undefined);
  if (turn === undefined)
    return `${opening}. It loses at all ${counted(decided.length, "load")} tried, from ${at(decided[0]!)} to ${at(decided.at(-1)!)}.`;
  const isAbove = turn.low.load >= own.load;
  const [won, lost] = isAbove ? [turn.high, turn.low] : [turn.low, turn.high];
  const beyond = decided.filter(({ load }) => (isAbove ? load > won.load : load < won.load));
  const stays = beyond.every((pair) => winnerOf(pair, better) === loser);
  const further =
    beyond.length === 0
      ? ""
      : stays
        ? `, and at all ${counted(beyond.length, "load")} tried beyond`
        : "; beyond that the better one changes again";
  return `${opening}. It wins from ${at(won)} ${isAbove ? "on" : "down"} (${both(won)})${further}; at ${at(lost)} it still loses (${both(lost)}).`;
}

/** The part of the path to a token that takes the loser longest beyond the other, where its mean is the longer one. */
function longerPart(ofBoth: readonly [Report, Report], loser: "a" | "b", metric: string): string {
  const latency = (metricOf(metric)?.path ?? metric).startsWith("ttft") ? "ttft" : "tpot";
  const [own, other] = (loser === "a" ? ofBoth : [ofBoth[1], ofBoth[0]]).map(({ breakdown }) => breakdown[latency]);
  if (own == null || other == null) return "";
  const longer = Object.entries(own).map(([part, seconds]) => ({ part, seconds: seconds - (other[part] ?? 0) }));
  const whole = (parts: Readonly<Record<string, number>>) => Object.values(parts).reduce((sum, seconds) => sum + seconds, 0);
  const most = longer.toSorted((x, y) => y.seconds - x.seconds)[0];
  if (most === undefined || most.seconds <= 0 || whole(own) <= whole(other)) return "";
  return `: its mean ${latency.toUpperCase()} has ${brief(measured(most.seconds, "s"))} more for ${partWords(most.part)}`;
}
