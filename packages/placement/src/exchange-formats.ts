import { precisionsOf, productsOf } from "@tokenyard/model";
import type { Precision, Scenario } from "@tokenyard/scenario";
import { sendsCopies } from "./exchange.ts";
import type { Plan } from "./plan.ts";

/** Number formats of what goes to the experts, and of what returns. */
export interface ExchangeFormats {
  readonly dispatch: Precision;
  readonly combine: Precision;
}

/**
 * What the scenario states; else as all-reduces, but for an all-to-all to experts that multiply in fp8: engines quantise before it, so that it carries half
 * of the bytes. Source: docs/models/parameters.md#precisions.
 */
export function exchangeFormats({ model, cluster }: Pick<Scenario, "model" | "cluster">, plan: Plan): ExchangeFormats {
  const { dispatch, combine } = precisionsOf(model);
  if (model.precision.dispatch !== undefined || model.experts === undefined || !sendsCopies(plan)) return { dispatch, combine };
  return { dispatch: productsOf(model, cluster.gpu).experts === "fp8" ? "fp8" : dispatch, combine };
}
