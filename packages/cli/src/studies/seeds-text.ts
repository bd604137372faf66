import type { Formula, Optimum, SeededPlan } from "@tokenyard/study";
import { numberForm } from "../tables/number-column.ts";

/** Results of the best plans of a search over several seeds, a line each; empty if the search ran one seed. */
export function seedsLines({ seeds = [], best }: Optimum, formulas: readonly Formula[]): string[] {
  if (seeds.length === 0) return [];
  const isBest = ({ parameters }: SeededPlan) => JSON.stringify(parameters) === JSON.stringify(best?.parameters);
  const none = best !== null ? [] : ["  none of these holds the constraints over all seeds, so that there is no best plan"];
  const unjudged =
    best === null || seeds.some(isBest) ? [] : ["  the best plan was not run with all seeds: it may miss a constraint over them"];
  return [
    ...seeds.map((plan, at) => {
      const who = isBest(plan) ? "the best plan" : at === 0 ? "the plan that is the best by the first seed" : "the next";
      const misses = plan.missed.length === 0 ? "holds the constraints" : `misses ${plan.missed.join(", ")}`;
      return `  over the requests of all seeds ${who} ${misses}, with ${valuesText(plan, formulas)}`;
    }),
    ...none,
    ...unjudged,
  ];
}

function valuesText({ objectives }: SeededPlan, formulas: readonly Formula[]): string {
  return Object.entries(objectives)
    .map(([text, estimate]) => {
      if (estimate === null) return `${text} no value`;
      const form = numberForm([estimate.value], formulas.find((formula) => formula.text === text)?.unit ?? "");
      return `${text} ${form.mean(estimate.value, estimate.interval)} ${form.unit}`.trim();
    })
    .join(" and ");
}
