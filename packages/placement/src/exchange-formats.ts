import { precisionsOf, productsOf } from "@tokenyard/model";
import type { Precision, Scenario } from "@tokenyard/scenario";
import { sendsCopies } from "./exchange.ts";
import type { Plan } from "./plan.ts";

/** Formats of what is sent to the experts, and of what returns. */
export interface ExchangeFormats {
  readonly dispatch: Precision;
  readonly combine: Precision;
}

/**
 * The formats of the scenario; by default those of all-reduces, except in an all-to-all to experts that multiply in fp8: engines quantise
 * before it, which halves the bytes. Source: docs/models/parameters.md#precisions.
 */
export function exchangeFormats({ model, cluster }: Pick<Scenario, "model" | "cluster">, plan: Plan): ExchangeFormats {
  const { dispatch, combine } = precisionsOf(model);
  if (model.precision.dispatch !== undefined || model.experts === undefined || !sendsCopies(plan)) return { dispatch, combine };
  return { dispatch: productsOf(model, cluster.gpu).experts === "fp8" ? "fp8" : dispatch, combine };
}
