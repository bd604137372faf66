// A run of samples and rules over them, drawn: levels that stay near the bounds and often on them, counters that rise, rest and, once in a while, begin again.
import {
  AlertWatch,
  type FamilyKey,
  familiesOf,
  familyOf,
  KeptSamples,
  Reading,
  Sample,
  type Watch,
  watchOf,
  widthOf,
} from "@tokenyard/metrics";
import type { AlertRuleSpec, AlertsSpec } from "@tokenyard/scenario";

/** Draws a whole number from 0 up to, and without, `below`. */
export type Draw = (below: number) => number;

/** What was drawn, and what we say of it. */
export interface DrawnWatch {
  readonly watch: Watch;
  readonly outcomes: ReturnType<AlertWatch["outcomes"]>;
  readonly samples: KeptSamples;
  /** [rules][samples][groups] what each holds against its bound */
  readonly readings: readonly (readonly Float64Array[])[];
}

const SERIES: Partial<Record<FamilyKey, readonly (readonly string[])[]>> = {
  expertCapacityUse: [0, 1].flatMap((replica) =>
    [0, 1].flatMap((layer) => [0, 1, 2].map((expert) => [`${replica}`, `${layer}`, `${expert}`])),
  ),
  memoryShare: [0, 1, 2, 3].map((rank) => [`${rank >> 1}`, `${rank}`]),
  waiting: [["0"], ["1"]],
  inFlight: [[]],
  tokens: [["0"], ["1"]],
  gpus: [["0"], ["1"]],
  droppedShare: [0, 1].flatMap((replica) => [0, 1].map((layer) => [`${replica}`, `${layer}`])),
  transfersWaiting: [[]],
  failed: [[]],
  goodput: [[]],
  collective: [["all-reduce"], ["dispatch"]],
  ttft: [[]],
  itl: [[]],
};

const METRICS = [
  "expertCapacityUse",
  "memoryShare",
  "waiting",
  "droppedShare",
  "transfersWaiting",
  "throughputPerGpu",
  "failed",
  "goodput",
  "collective.p99",
  "collective.p50",
  "ttft.p99",
  "itl.p50",
] as const;

export function drawnWatch(draw: Draw): DrawnWatch {
  const pick = <T>(items: readonly T[]): T => items[draw(items.length)]!;
  const everyMs = pick([10, 500, 1000, 5000, 7000, 15_000]);
  const alerts: AlertsSpec = {
    every: everyMs / 1e3,
    rules: Array.from({ length: 1 + draw(4) }, (_, i) => drawnRule(`Rule${i}`, everyMs, draw, pick)),
  };
  const watch = watchOf(alerts);
  const sample = new Sample();
  const values = Object.entries(SERIES).map(([key, series]) => [key as FamilyKey, sample.add(key as FamilyKey, series)] as const);
  const samples = new KeptSamples(everyMs, familiesOf(watch.rules));
  const alertWatch = new AlertWatch(watch);
  const readers = watch.rules.map((rule) => new Reading(rule, sample, everyMs));
  const readings = readers.map((): Float64Array[] => []);
  const count = 5 + draw(60);
  let isIdle = false;
  for (let i = 0; i < count; i++) {
    if (draw(8) === 0) isIdle = !isIdle;
    for (const [key, column] of values) step(key, column, i, isIdle, draw, pick);
    samples.take(i * everyMs, sample);
    alertWatch.take(i * everyMs, sample);
    for (const [r, reader] of readers.entries()) {
      reader.take();
      readings[r]!.push(reader.values.slice());
    }
  }
  return { watch, outcomes: alertWatch.outcomes(), samples, readings };
}

function drawnRule(name: string, everyMs: number, draw: Draw, pick: <T>(items: readonly T[]) => T): AlertRuleSpec {
  const metric = pick(METRICS);
  const labels = {
    expertCapacityUse: ["replica", "layer", "expert"],
    memoryShare: ["replica", "rank"],
    waiting: ["replica"],
    droppedShare: ["replica", "layer"],
    transfersWaiting: [],
  } as const;
  const known: readonly ("replica" | "rank" | "layer" | "expert" | "op")[] =
    metric in labels
      ? labels[metric as keyof typeof labels]
      : metric === "throughputPerGpu"
        ? ["replica"]
        : metric.startsWith("collective")
          ? ["op"]
          : [];
  const isCounted = !(metric in labels);
  const bounds = {
    expertCapacityUse: ["90 %", "85 %"],
    memoryShare: ["90 %", "85 %"],
    waiting: [2, 3],
    droppedShare: ["90 %", "85 %"],
    transfersWaiting: [2, 3],
    throughputPerGpu: ["0.5 tokens/ms", "1 tokens/ms", "0.25 tokens/ms"],
    failed: ["1 requests/s", "0.2 requests/s"],
    goodput: ["1 requests/s", "100 requests/s"],
    "collective.p99": ["5 ms", "8 ms"],
    "collective.p50": ["5 ms", "3 ms"],
    "ttft.p99": ["1 s", "5 s"],
    "itl.p50": ["0 s", "500 us", "2 ms"],
  } as const;
  const times = (most: number) => (everyMs * (1 + draw(most)) + (draw(3) === 0 ? pick([1, 3, Math.floor(everyMs / 2)]) : 0)) / 1e3;
  const over = isCounted || draw(2) === 0 ? { over: times(6) } : {};
  return {
    name,
    metric,
    by: known.filter(() => draw(2) === 0),
    ...over,
    [draw(2) === 0 ? "above" : "below"]: pick<number | string>(bounds[metric]),
    ...(draw(3) === 0 ? {} : { for: times(5) }),
    ...(draw(3) === 0 ? { keepFiringFor: times(3) } : {}),
    ...(draw(3) === 0 ? { when: "busy" as const } : {}),
  };
}

/** Bounds around which histograms are filled; those of single tokens begin at 0. */
const CENTRE: Partial<Record<FamilyKey, number>> = { collective: 5e-3, ttft: 1, itl: 1e-3 };

function step(key: FamilyKey, values: Float64Array, i: number, isIdle: boolean, draw: Draw, pick: <T>(items: readonly T[]) => T): void {
  const { type, bounds } = familyOf(key);
  const width = widthOf(familyOf(key));
  for (let s = 0; s < values.length / width; s++) {
    if (type === "gauge") {
      if (key === "gpus") values[s] = 4;
      else if (key === "inFlight") values[s] = isIdle ? 0 : 1 + draw(3);
      else if (key === "waiting" || key === "transfersWaiting") values[s] = draw(4) === 0 ? draw(5) : values[s]!;
      else if (draw(3) === 0) values[s] = pick([0.8, 0.85, 0.86, 0.9, 0.91, 0.95, 1.1, 0]) + (draw(4) === 0 ? draw(1000) / 1e6 : 0);
    } else if (type === "counter") {
      if (draw(40) === 0 && i > 0) values[s] = 0;
      if (!isIdle) values[s]! += key === "failed" ? draw(4) : draw(3) * 1_000 * draw(20);
    } else {
      const counts = values.subarray(s * width, (s + 1) * width);
      for (let n = isIdle ? 0 : draw(4); n > 0; n--) {
        const from = Math.min(bounds!.length, Math.max(0, bounds!.indexOf(CENTRE[key]!) + draw(7) - 3));
        const many = 1 + draw(100);
        for (let b = from; b <= bounds!.length; b++) counts[b]! += many;
      }
    }
  }
}
