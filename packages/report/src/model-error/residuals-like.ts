import type { Likeness } from "./likeness.ts";
import { joined, type LogSpread, spreadOf, TO_90 } from "./log-spread.ts";
import { type Factors, MEASURED, type Measured, type Residuals, type ResidualTable } from "./residual.ts";

/** Number of runs of a kind below which those of all engines are used. */
export const FEWEST_RUNS = 15;
/** Pairs of model and GPU in a kind below which they say little of another pair: those of all engines count too. */
export const FEWEST_COMBINATIONS = 3;

/** How much wider than its quantiles an interval is. docs/models/model-error.md#model-error */
export const WIDENING = 1.2;
/**
 * Distance from the median to the 90th percentile, in logarithms, of kernels by another GPU's coefficients. Source: docs/accuracy.md, an
 * unseen GPU.
 */
export const BORROWED = 0.23;

/** The measured runs that a run is compared with. */
export interface Like {
  readonly residuals: Residuals;
  /** Whether its engine, model and GPU are among them, under such a load. */
  readonly seen: boolean;
  /** Measured over simulated, as far as these runs say. */
  readonly spreads: Readonly<Record<Measured, LogSpread>>;
}

/**
 * Residuals of runs of this engine, kind of model and load; if they are few, of all engines, else of closed loops. Undefined if there are
 * none. A combination that was not measured deviates from these as they do from one another; if they are few, it has the wider sides of
 * these and of all engines together.
 */
export function residualsLike(
  { engine, kind, load, combinations }: Likeness,
  { residuals, between, seen }: ResidualTable,
): Like | undefined {
  const at = (by: string, under: string) =>
    residuals.find((each) => each.engine === by && each.kind === kind && each.load === under && each.runs >= FEWEST_RUNS);
  const own = at(engine, load);
  const found = own ?? at("any", load) ?? at(engine, "closed") ?? at("any", "closed");
  if (found === undefined) return undefined;
  if (own !== undefined && combinations.some((each) => seen.includes(each))) return likeOf(own, true, () => 0);
  const all = at("any", found.load);
  const isNarrow = found !== all && all !== undefined && found.combinations < FEWEST_COMBINATIONS;
  const away = Math.sqrt(1 + 1 / found.combinations);
  return likeOf(isNarrow ? hullOf(found, all) : found, false, (measured) => TO_90 * between[measured] * away);
}

/** With another side beside the quantiles, in quadrature. */
function likeOf(residuals: Residuals, seen: boolean, beside: (measured: Measured) => number): Like {
  const spreads = MEASURED.map((measured) => {
    const side = WIDENING * beside(measured);
    return [measured, joined(spreadOf(residuals.factors[measured], WIDENING), side, side)] as const;
  });
  return { residuals, seen, spreads: Object.fromEntries(spreads) as Record<Measured, LogSpread> };
}

function hullOf(own: Residuals, all: Residuals): Residuals {
  const hull = MEASURED.map((measured) => {
    const [[low, middle, high], [least, , most]] = [own.factors[measured], all.factors[measured]];
    return [measured, [Math.min(low, least), middle, Math.max(high, most)] as Factors] as const;
  });
  return { ...own, factors: Object.fromEntries(hull) as Residuals["factors"] };
}
