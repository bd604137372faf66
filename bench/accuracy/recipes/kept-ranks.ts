import { readFileSync } from "node:fs";
import type { Recipe } from "./recipe.ts";
import type { RankedPlan } from "./recipe-ranks.ts";

/** Outcome of a recipe, to three digits. */
export interface RecipeRank {
  /** From 1: the place of the best of its layouts. */
  readonly place: number;
  readonly plans: number;
  readonly layout: string;
  /** Output tokens a second and GPU, or seconds a token, by the goal. */
  readonly value: number;
  /** Output tokens a second and GPU. */
  readonly rate: number;
  readonly best: readonly { readonly layout: string; readonly value: number }[];
}

/** By name of the recipe. */
export type KeptRanks = Readonly<Record<string, RecipeRank>>;

export const KEPT = "bench/accuracy/recipes/ranks.json";
const BEST = 3;

export function keptRanks(): KeptRanks {
  return JSON.parse(readFileSync(KEPT, "utf8")) as KeptRanks;
}

/** The place of `recipe` among `plans`, the best first. */
export function keptOf({ layouts, goal }: Pick<Recipe, "layouts" | "goal">, plans: readonly RankedPlan[]): RecipeRank {
  const at = plans.findIndex(({ layout }) => layouts.includes(layout));
  const found = plans[at];
  if (found === undefined) throw new Error(`${layouts.join(", ")}: no such plan came to a report`);
  const value = ({ rate, tpot }: RankedPlan) => Number((goal === "tpot.mean" ? tpot : rate).toPrecision(3));
  const best = plans.slice(0, BEST).map((plan) => ({ layout: plan.layout, value: value(plan) }));
  return { place: at + 1, plans: plans.length, layout: found.layout, value: value(found), rate: Number(found.rate.toPrecision(3)), best };
}
