import { counted, grouped } from "@tokenyard/scenario";
import { exponentOf, type StudyConclusion } from "./study-conclusion.ts";

interface Mean {
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number | null } | null;
}

/** Part of an availability study that a conclusion needs. */
export interface ConcludedYears {
  readonly years: number;
  /** Null for a plan that does not state its reaction to faults. */
  readonly own: ConcludedOutcome | null;
  readonly variants: readonly ConcludedVariant[];
  readonly engines: readonly ConcludedVariant[];
}

interface ConcludedOutcome {
  readonly capacity: Mean;
  readonly longestOfAllSeconds: number;
  readonly formula: {
    readonly causes: readonly { readonly cause: FailureCause; readonly perYear: number; readonly outageSeconds: number | null }[];
  };
}

interface ConcludedVariant {
  readonly name: string;
  readonly outcome: Pick<ConcludedOutcome, "capacity">;
  /** Capacity lost relative to the plan itself, year by year. */
  readonly capacityLost: Mean | null;
}

/** Words for causes of failures. */
export const CAUSE_WORDS = {
  gpu: "GPUs lost",
  hang: "hung processes",
  node: "nodes lost",
  link: "links of GPUs",
  slow: "slow GPUs",
  down: "links down",
  expert: "experts lost alone",
} as const;
export type FailureCause = keyof typeof CAUSE_WORDS;

/** Serving share of a plan over years, the largest cause of loss, and the simulated change that gains most. */
export function availabilityConclusion({ years, own, variants, engines }: ConcludedYears): StudyConclusion {
  const sentences =
    own === null
      ? [
          `The plan does not say what it does about faults: ${counted(engines.length, "engine preset")} ran in its place.`,
          ...bestEngine(engines),
        ]
      : [
          `${shareText(own.capacity.mean)} of the capacity serves, in the mean of ${counted(years, "year")}; the longest outage of a replica lasts ${timeText(own.longestOfAllSeconds)}.`,
          ...causeSentence(own),
          ...changeSentence(own, variants),
        ];
  return { verdict: "no-targets", sentences };
}

/** Sentence on the main cause of outages, by failures a year times the outage of each; slow GPUs take no replica down. */
function causeSentence({ formula: { causes } }: ConcludedOutcome): string[] {
  const endless = causes.filter(({ perYear, outageSeconds }) => perYear > 0 && outageSeconds === null);
  if (endless.length > 0) return [`An outage by ${CAUSE_WORDS[endless[0]!.cause]} does not end by itself.`];
  const costs = new Map<FailureCause, { perYear: number; seconds: number }>();
  for (const { cause, perYear, outageSeconds } of causes) {
    const sum = costs.get(cause) ?? { perYear: 0, seconds: 0 };
    costs.set(cause, { perYear: sum.perYear + perYear, seconds: sum.seconds + perYear * (outageSeconds ?? 0) });
  }
  const [worst] = [...costs].filter(([, { seconds }]) => seconds > 0).toSorted(([, a], [, b]) => b.seconds - a.seconds);
  if (worst === undefined) return [];
  const [cause, { perYear, seconds }] = worst;
  const times = Number(perYear.toPrecision(3));
  return [`By formula most outage time is due to ${CAUSE_WORDS[cause]}: ${times} a year, of ${timeText(seconds / perYear)} each.`];
}

/** A change counts only where its interval excludes chance. */
function changeSentence(own: ConcludedOutcome, variants: readonly ConcludedVariant[]): string[] {
  if (variants.length === 0) return [];
  const better = variants.filter(({ capacityLost: lost }) => lost?.interval?.high != null && lost.interval.high < 0);
  if (better.length === 0) return ["No change that was simulated gives more capacity beyond chance."];
  const best = better.reduce((most, each) => (each.capacityLost!.mean < most.capacityLost!.mean ? each : most));
  const { name, outcome } = best;
  return [
    `Of ${counted(variants.length, "simulated change")} “${name}” helps most: ${shareText(outcome.capacity.mean)} of the capacity serves instead of ${shareText(own.capacity.mean)}.`,
  ];
}

function bestEngine(engines: readonly ConcludedVariant[]): string[] {
  if (engines.length === 0) return [];
  const best = engines.reduce((most, each) => (each.outcome.capacity.mean > most.outcome.capacity.mean ? each : most));
  return [`Of these “${best.name}” gives most: ${shareText(best.outcome.capacity.mean)} of the capacity serves.`];
}

/** `99.874 %`: three digits of the lost share. */
function shareText(share: number): string {
  if (share >= 1) return "100 %";
  const decimals = Math.min(7, Math.max(0, 2 - exponentOf(100 * (1 - share))));
  return `${(100 * share).toFixed(decimals)} %`;
}

/** `9 s`, `12 min`, `3 h 5 min`. */
function timeText(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${grouped(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}
