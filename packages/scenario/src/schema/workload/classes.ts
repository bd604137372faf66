import * as z from "zod";
import { metricOf } from "../../metrics/metrics.ts";
import { late } from "../language/late.ts";
import { means } from "../language/means.ts";
import { boundedNumber, wholeNumber } from "../language/number.ts";
import { rule } from "../language/rule.ts";
import { targetsSchema } from "../targets.ts";
import { cachedOrShared, cachedTokens } from "./cached-tokens.ts";
import { type Lengths, lengthRules, lengths } from "./lengths.ts";
import { prefix } from "./prefix.ts";

function facts() {
  return {
    name: z.string().min(1).max(100).apply(means, "name in the report; must be unique"),
    priority: wholeNumber(0, 1_000).default(0).apply(means, "lower values are served first, with `order: priority`"),
    targets: targetsSchema.prefault({}).apply(means, "latency targets of its requests, with their bounds"),
  };
}

interface Named {
  name?: string;
  targets?: Readonly<Record<string, number>>;
}

const ofLatencies = rule<Named>(
  ["targets"],
  ({ targets = {} }) => Object.keys(targets).some((name) => metricOf(name)?.unit !== "s"),
  () => "targets for latencies only: what a class cannot have for itself is a target of the whole",
);

function drawnClass() {
  return z
    .strictObject({
      ...facts(),
      share: boundedNumber(1e-6, 1e9).default(1).apply(means, "relative frequency"),
      ...lengths,
      cachedTokens,
      prefix,
    })
    .check(ofLatencies, cachedOrShared, ...lengthRules<Lengths & Named>());
}

/** Kinds of requests, each drawn as often as its share says. */
export const classes = late(() => z.array(drawnClass()).min(1).max(1_000).meta({ id: "classes" })).apply(
  means,
  "a mix of request classes, instead of one kind",
);

/** Kinds of requests that the rows of a trace name. */
export const namedClasses = late(() => z.array(z.strictObject(facts()).check(ofLatencies)).min(1).max(1_000)).apply(
  means,
  "the classes that rows name in their column class; if unset: all requests are alike",
);

interface WithClasses extends Lengths {
  classes?: Named[] | undefined;
  prefix?: object | undefined;
}

export const namesOnce = rule<WithClasses>(
  ["classes"],
  ({ classes }) => Array.isArray(classes) && new Set(classes.map((each) => each?.name)).size < classes.length,
  () => "a name of its own for each class",
);

/** Rules of a workload that says its lengths itself or leaves them to its classes. */
export const mixRules = [
  ...lengthRules<WithClasses>(({ classes }) => classes !== undefined),
  ...(["promptTokens", "outputTokens", "correlation", "pairs"] as const).map((key) =>
    rule<WithClasses>(
      [key],
      (workload) => workload.classes !== undefined && workload[key] !== undefined,
      () => "lengths in the classes only",
    ),
  ),
  rule<WithClasses>(
    ["prefix"],
    (workload) => workload.classes !== undefined && workload.prefix !== undefined,
    () => "prefixes in the classes only",
  ),
  namesOnce,
];

export type ClassSpec = z.output<ReturnType<typeof drawnClass>>;
