import { precisionsOf, productPrecisions } from "@tokenyard/model";
import type { Precision, Scenario } from "@tokenyard/scenario";
import { exchangeFormats } from "./exchange-formats.ts";
import type { Plan } from "./plan.ts";

/** Number formats by place, as they follow from the scenario; null if a model has no such place. */
export interface PrecisionFacts {
  readonly weights: Precision;
  readonly experts: Precision | null;
  /** Parts whose weights have another format than `weights`; the head's, where it is quantised. */
  readonly attention?: Precision;
  readonly attentionOutput?: Precision;
  readonly dense?: Precision;
  readonly shared?: Precision;
  readonly head?: Precision;
  readonly activations: Precision;
  readonly collectives: Precision;
  readonly dispatch: Precision | null;
  readonly combine: Precision | null;
  readonly kvCache: Precision;
  /** Distinct formats in which it multiplies on its GPUs. */
  readonly products: Precision[];
}

export function precisionFacts({ model, cluster }: Pick<Scenario, "model" | "cluster">, plan: Plan): PrecisionFacts {
  const stored = precisionsOf(model);
  const { weights, experts, activations, collectives, kvCache } = stored;
  const own = (part: "attention" | "attentionOutput" | "dense" | "shared") => (stored[part] === weights ? {} : { [part]: stored[part] });
  const { dispatch, combine } = exchangeFormats({ model, cluster }, plan);
  const routed = (precision: Precision) => (model.experts === undefined ? null : precision);
  return {
    weights,
    experts: routed(experts),
    ...own("attention"),
    ...own("attentionOutput"),
    ...(model.dense === undefined ? {} : own("dense")),
    ...(model.experts?.shared ? own("shared") : {}),
    ...(stored.head === stored.unquantised ? {} : { head: stored.head }),
    activations,
    collectives,
    dispatch: routed(dispatch),
    combine: routed(combine),
    kvCache,
    products: [...productPrecisions(model, cluster.gpu)],
  };
}
