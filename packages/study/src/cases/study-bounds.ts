import { metricOf, type Scenario, targetsOf } from "@tokenyard/scenario";

/** A demand that holds one number against another, as `ttft.p99 <= 500 ms`. */
export interface StudyBound {
  readonly name: string;
  /** `less`: `value` is the most that is allowed. */
  readonly better: "less" | "more";
  readonly value: number;
}

/** Range that demands leave for a metric. */
export interface MetricBounds {
  readonly least?: number;
  readonly most?: number;
}

/** The targets of `scenario`. */
export function targetBounds(scenario: Pick<Scenario, "targets">): StudyBound[] {
  return targetsOf(scenario).map(({ metric: { name, better }, value }) => ({ name, better, value }));
}

/** The tightest of `bounds` on the metric `name`. */
export function boundsOn(name: string, bounds: readonly StudyBound[]): MetricBounds {
  const own = bounds.filter((bound) => sameMetric(bound.name) === sameMetric(name));
  const values = (direction: StudyBound["better"]) => own.flatMap(({ better, value }) => (better === direction ? [value] : []));
  const [upper, lower] = [values("less"), values("more")];
  return {
    ...(lower.length === 0 ? {} : { least: Math.max(...lower) }),
    ...(upper.length === 0 ? {} : { most: Math.min(...upper) }),
  };
}

/** One name for all that a metric has. */
function sameMetric(name: string): string {
  return metricOf(name)?.name ?? name;
}
