import type { FlagValue, Layout, Scenario } from "@tokenyard/scenario";

/** The values that the flags of an engine need to have for what a scenario says; a flag without one is not needed. */
export type FlagGivers = Readonly<Record<string, (scenario: Scenario, layout: Layout) => FlagValue | undefined>>;

/** The limits of a scheduler that serves requests as they come. */
export function limitsOf({ serving: { scheduler } }: Scenario): {
  readonly tokenBudget?: number;
  readonly maxSequences?: number;
  readonly order?: string;
} {
  return scheduler.kind === "static" ? {} : scheduler;
}

export function cacheFormatOf({ model: { precision } }: Scenario, names: Readonly<Record<string, string>>): string | undefined {
  return precision.kvCache === undefined ? undefined : names[precision.kvCache];
}

/** Spare slots of redundant experts. */
export function spareSlots({ routing: { placement } }: Scenario): number | undefined {
  return placement?.kind === "redundant" ? placement.spareSlots : undefined;
}

export function rounded(value: number): number {
  return Number(value.toFixed(6));
}
