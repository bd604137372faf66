import type { Likeness } from "./likeness.ts";
import { type Factors, MEASURED, type Residuals, type ResidualTable } from "./residual.ts";

/** Runs of a kind below which all engines stand in. */
export const FEWEST_RUNS = 15;
/** Pairs of model and GPU in a kind below which they say little of another pair: those of all engines count too. */
export const FEWEST_COMBINATIONS = 4;

/** How much wider than its quantiles an interval is: of kinds of runs that were measured, and of combinations that were not. docs/models.md#model-error */
export const WIDENING = { seen: 1.2, unseen: 1.5 } as const;
/** From the median to the 90th percentile, in logarithms, of kernels by another GPU's coefficients. Source: docs/accuracy.md, an unseen GPU. */
export const BORROWED = 0.23;

/** The measured runs that a run is compared with. */
export interface Like {
  readonly residuals: Residuals;
  /** Whether its engine, model and GPU are among them, under such a load. */
  readonly seen: boolean;
}

/**
 * The residuals of runs of this engine, kind of model and load; where they are few, of all engines, else of closed loops. Undefined where there are none.
 * A combination that was not measured has the wider sides of these and of all engines together, where these have few combinations.
 */
export function residualsLike({ engine, kind, load, combinations }: Likeness, { residuals, seen }: ResidualTable): Like | undefined {
  const isSeen = combinations.some((each) => seen.includes(each));
  const at = (by: string, under: string) =>
    residuals.find((each) => each.engine === by && each.kind === kind && each.load === under && each.runs >= FEWEST_RUNS);
  const own = at(engine, load);
  const found = own ?? at("any", load) ?? at(engine, "closed") ?? at("any", "closed");
  if (found === undefined) return undefined;
  const all = at("any", found.load);
  const isNarrow = found !== all && all !== undefined && found.combinations < FEWEST_COMBINATIONS;
  const isKnown = isSeen && own !== undefined;
  return { residuals: !isKnown && isNarrow ? hullOf(found, all) : found, seen: isKnown };
}

function hullOf(own: Residuals, all: Residuals): Residuals {
  const hull = MEASURED.map((measured) => {
    const [[low, middle, high], [least, , most]] = [own.factors[measured], all.factors[measured]];
    return [measured, [Math.min(low, least), middle, Math.max(high, most)] as Factors] as const;
  });
  return { ...own, factors: Object.fromEntries(hull) as Residuals["factors"] };
}
