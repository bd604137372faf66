import { type AlertRuleSpec, type AlertsSpec, parseQuantity, type SeriesLabel, type Unit, watchedOf } from "@tokenyard/scenario";
import type { FamilyKey } from "./family.ts";

/** An alert rule with its times in whole milliseconds. */
export interface Rule {
  readonly name: string;
  readonly metric: string;
  readonly kind: "level" | "rate" | "quantile";
  readonly unit: Unit | "";
  /** Family that it is computed from. */
  readonly family: FamilyKey;
  readonly quantile: number;
  readonly by: readonly SeriesLabel[];
  /** 0: the level at the instant */
  readonly overMs: number;
  readonly side: "above" | "below";
  readonly bound: number;
  readonly forMs: number;
  readonly keepMs: number;
  readonly busy: boolean;
}

/** The rules of `alerts`, and how often they are evaluated. */
export interface Watch {
  readonly everyMs: number;
  readonly rules: readonly Rule[];
}

/** Compiled rules of checked `alerts`. */
export function watchOf({ every, rules }: AlertsSpec): Watch {
  return { everyMs: ms(every), rules: rules.map(ruleOf) };
}

function ruleOf(spec: AlertRuleSpec): Rule {
  const { kind, unit } = watchedOf(spec.metric)!;
  const [of = "", q] = spec.metric.split(".");
  const bound = spec.above ?? spec.below!;
  return {
    name: spec.name,
    metric: spec.metric,
    kind,
    unit,
    family: of === "throughputPerGpu" ? "tokens" : (of as FamilyKey),
    quantile: q === undefined ? 0 : Number(q.slice(1)) / 100,
    by: spec.by ?? [],
    overMs: ms(spec.over ?? 0),
    side: spec.above === undefined ? "below" : "above",
    bound: typeof bound === "number" ? bound : (parseQuantity(bound, unit as Unit) as number),
    forMs: ms(spec.for ?? 0),
    keepMs: ms(spec.keepFiringFor ?? 0),
    busy: spec.when === "busy",
  };
}

function ms(seconds: number): number {
  return Math.round(seconds * 1e3);
}
