import { Streams, shuffle } from "@tokenyard/random";
import type { Report } from "@tokenyard/report";
import { beliefIn, hostFit, lossOf, missesOf, PRESET_HOST, type SensitiveRun, withHost } from "@tokenyard/study";
import {
  beside,
  drawnHost,
  growthAt,
  type HostTimes,
  type Means,
  meansOf,
  noisy,
  POINTS,
  type Point,
  PRESET,
  reportOf,
} from "./hidden-engine.ts";

// How much of the preset's error a calibration takes away where the truth is an engine with other host times, and adds where it is the preset:
// node bench/dist/accuracy/calibration/hidden-engines.js [TRUTHS], from the root; a minute for 20.

const NOISE = 0.05;
const MEASURED_RUNS = 20;
const UNSEEN_RUNS = 50;

/** A point by the preset, and what its host's time does. */
interface Simulated {
  readonly report: Report;
  readonly growth: SensitiveRun["growth"];
}

function main(): void {
  const truths = Number(process.argv[2] ?? 20);
  const simulated = new Map(
    POINTS.map((point) => {
      const report = reportOf(point);
      return [point, { report, growth: growthAt(point, report) }] as const;
    }),
  );
  let [halved, spared] = [0, 0];
  for (let truth = 1; truth <= truths; truth++) {
    const streams = new Streams(truth, "hidden-engines");
    const hidden = errors(streams.under("hidden"), drawnHost(streams.stream("host")), simulated);
    const same = errors(streams.under("same"), PRESET, simulated);
    if (hidden.after <= hidden.before / 2) halved++;
    if (same.after <= 1.1 * same.before) spared++;
    const text = ({ before, after }: Errors) => `${(before * 100).toFixed(1)} → ${(after * 100).toFixed(1)} %`;
    process.stdout.write(`truth ${truth}: other host times ${text(hidden)}; the preset itself, measured with noise, ${text(same)}\n`);
  }
  process.stdout.write(`at least half of the error gone in ${halved} of ${truths}; at most a tenth added in ${spared} of ${truths}\n`);
}

/** Mean |ln| of TTFT and TPOT of unseen runs. */
interface Errors {
  readonly before: number;
  readonly after: number;
}

function errors(streams: Streams, host: HostTimes, simulated: ReadonlyMap<Point, Simulated>): Errors {
  const isPreset = host === PRESET;
  const points = [...POINTS];
  shuffle(streams.stream("points"), points);
  const noise = streams.stream("noise");
  const truthOf = (point: Point) => meansOf(isPreset ? simulated.get(point)!.report : reportOf(point, host));
  const runOf = (point: Point, means: Means): SensitiveRun => {
    const { report, growth } = simulated.get(point)!;
    return { ...beside(report, means), growth };
  };
  const measured = points.slice(0, MEASURED_RUNS).map((point) => runOf(point, noisy(truthOf(point), NOISE, noise)));
  const belief = beliefIn(measured);
  const factors = belief.host ? hostFit(measured, belief) : PRESET_HOST;
  const runs = measured.map((each) => withHost(each, factors).run);
  const unseen = points.slice(MEASURED_RUNS, MEASURED_RUNS + UNSEEN_RUNS).map((point) => {
    // without noise the preset itself has no error to compare with
    const truth = truthOf(point);
    return runOf(point, isPreset ? noisy(truth, NOISE, noise) : truth);
  });
  return {
    before: lossOf(unseen.flatMap((run) => missesOf(run, [], belief).map(({ before }) => before))),
    after: lossOf(unseen.flatMap((run) => missesOf(withHost(run, factors), runs, belief).map(({ after }) => after))),
  };
}

main();
