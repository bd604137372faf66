import type { Scope } from "@tokenyard/expression";
import type { Report } from "@tokenyard/report";
import { metricOf, type Plugins, parseScenario, type Scenario } from "@tokenyard/scenario";
import type { Parameters, Point } from "../../points/point.ts";
import { resultScope } from "../../points/words.ts";
import { PooledSeeds, type SeedsEstimate, valueAt } from "../../seeds/pooled-seeds.ts";
import { headroomOf, holdsAll } from "../questions/constraint.ts";
import type { Question } from "../questions/question.ts";
import type { Contender } from "./standing.ts";

/** A plan over the requests of several seeds together: latencies of all of them, other numbers in the mean. */
export interface SeededPlan {
  readonly parameters: Parameters;
  /** Constraints that it misses over them. */
  readonly missed: readonly string[];
  /** By objective; `interval` of 95 %, null where there is none. */
  readonly objectives: Readonly<Record<string, { readonly value: number; readonly interval: SeedsEstimate["interval"] } | null>>;
}

/** The points that run a plan with `count` seeds, from `index` on; words of `plugins` may stand in its scenario. */
export function seedPoints(
  index: number,
  { parameters, report }: Pick<Contender, "parameters" | "report">,
  count: number,
  plugins: Plugins,
): Point[] {
  const scenario: Scenario = parseScenario(report.scenario.resolved, plugins);
  return Array.from({ length: count }, (_, i) => {
    const seed = scenario.seed + i;
    return { index: index + i, parameters: { ...parameters, seed }, scenario: { ...scenario, seed }, distributions: true };
  });
}

/** `contender` with its means over the seeds of `reports`; a cost is NaN if its objective has no value. */
export function seeded(contender: Contender, reports: readonly Report[], { objectives, constraints }: Question) {
  const pool = new PooledSeeds();
  for (const report of reports) pool.add(report);
  const estimates = new Map<string, SeedsEstimate | undefined>();
  const estimateOf = (path: string) => {
    if (!estimates.has(path))
      estimates.set(
        path,
        pool.estimate(
          path,
          reports.flatMap((report) => valueAt(report, path) ?? []),
        ),
      );
    return estimates.get(path);
  };
  const first = resultScope(reports[0]!);
  const scope: Scope = (name) => {
    const path = metricOf(name)?.path;
    return path === undefined ? first(name) : (estimateOf(path)?.value ?? null);
  };
  const values = objectives.map(({ formula }) => formula.evaluate(scope));
  const plan: SeededPlan = {
    parameters: contender.parameters,
    missed: constraints.filter(({ holds }) => holds(scope) !== true).map(({ text }) => text),
    objectives: Object.fromEntries(
      objectives.map(({ formula: { text } }, i) => {
        const [value, path] = [values[i] ?? null, metricOf(text)?.path];
        const interval = path === undefined ? null : (estimateOf(path)?.interval ?? null);
        return [text, value === null ? null : { value, interval }];
      }),
    ),
  };
  const costs = objectives.map(({ better }, i) => (better === "less" ? 1 : -1) * (values[i] ?? Number.NaN));
  const holds = holdsAll(constraints, scope);
  return { plan, holds, scope, contender: { ...contender, costs, headroom: headroomOf(constraints, scope) } };
}
