import * as z from "zod";
import { choice } from "../language/choice.ts";
import { means } from "../language/means.ts";
import { boundedNumber } from "../language/number.ts";
import { quantity } from "../language/quantity.ts";
import { rule } from "../language/rule.ts";

const steady = {
  poisson: {},
  gamma: () => ({
    variation: boundedNumber(0.01, 100).describe("coefficient of variation of the gaps; 1 is Poisson, larger values give bursts"),
  }),
  weibull: () => ({ shape: boundedNumber(0.1, 100).describe("shape parameter of the gaps; 1 is Poisson, smaller values give bursts") }),
  constant: {},
};
const gaps = choice(steady).meta({ id: "gaps" }).prefault("poisson").apply(means, "distribution of the gaps at a constant rate");
const phase = quantity("s", { positive: true });

const stage = z.strictObject({
  rate: quantity("requests/s").describe("mean arrival rate of the stage; 0 is a pause"),
  duration: quantity("s", { positive: true }).describe("duration of the stage"),
});

/** When requests come that do not wait for others. */
export const arrivals = choice({
  ...steady,
  "on-off": () => ({
    on: phase.describe("mean duration of a burst; the first begins at 0"),
    off: phase.describe("mean time between bursts"),
    phases: z.enum(["exponential", "fixed"]).default("exponential").apply(means, "distribution of both durations"),
    quiet: quantity("%", { max: 1 }).prefault("0 %").apply(means, "rate between bursts, as a share of the rate in a burst"),
    gaps,
  }),
  diurnal: () => ({
    curve: z
      .array(boundedNumber(0, 1e9))
      .min(2)
      .max(10_000)
      .apply(means, "levels at equal steps of the period, the first at its start; interpolated linearly, and back to the first"),
    period: quantity("s", { positive: true }).prefault("86400 s").apply(means, "period of the curve"),
    begin: quantity("s").prefault("0 s").apply(means, "time within the period at which the run begins"),
    gaps,
  }),
  stages: () => ({ stages: z.array(stage).min(1).max(10_000).apply(means, "consecutive stages; no request arrives after the last"), gaps }),
})
  .meta({ id: "arrivals" })
  .prefault("poisson")
  .apply(means, "arrival process");

interface Arriving {
  arrivals?: { kind?: string; on?: number; off?: number; period?: number; curve?: number[]; stages?: { rate?: number }[] };
  rate?: number | undefined;
}

const LEAST_IN_STEP = 1e-6; // mean requests in a turn of on and off, or from level to level

/** Whether so few come in `seconds` that drawing one would take millions of steps. */
function isEmpty(seconds: number | undefined, rate: number | undefined): boolean {
  return typeof seconds === "number" && typeof rate === "number" && seconds * rate < LEAST_IN_STEP;
}

const staged = ({ arrivals }: Arriving) => arrivals?.kind === "stages";

/** Rules of a workload with `arrivals` and their mean `rate`. */
export const arrivalRules = [
  rule<Arriving>(
    ["rate"],
    (workload) => workload.arrivals !== undefined && !staged(workload) && workload.rate === undefined,
    () => "a positive quantity in requests/s, such as 20 requests/s",
  ),
  rule<Arriving>(
    ["rate"],
    (workload) => staged(workload) && workload.rate !== undefined,
    () => "no rate beside stages, which have rates of their own",
  ),
  rule<Arriving>(
    ["arrivals", "on"],
    ({ arrivals, rate }) => isEmpty((arrivals?.on ?? Number.NaN) + (arrivals?.off ?? Number.NaN), rate),
    () => "longer times: a million bursts and more to a request are too many",
  ),
  rule<Arriving>(
    ["arrivals", "period"],
    ({ arrivals, rate }) => isEmpty((arrivals?.period ?? Number.NaN) / (arrivals?.curve?.length ?? 1), rate),
    () => "a longer period: a million levels and more to a request are too many",
  ),
  rule<Arriving>(
    ["arrivals", "curve"],
    ({ arrivals }) => Array.isArray(arrivals?.curve) && arrivals.curve.length > 0 && arrivals.curve.every((level) => level === 0),
    () => "at least one level over 0",
  ),
  rule<Arriving>(
    ["arrivals", "stages"],
    ({ arrivals }) => Array.isArray(arrivals?.stages) && arrivals.stages.length > 0 && arrivals.stages.every((each) => each?.rate === 0),
    () => "at least one rate over 0",
  ),
];

export type ArrivalsSpec = z.output<typeof arrivals>;
export type GapsSpec = z.output<typeof gaps>;
