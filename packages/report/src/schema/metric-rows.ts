import * as z from "zod";

/** A number of the report: its path, in which `*` means one key, its unit (`share`: a part of a whole), and its better direction. */
export type MetricRow = readonly [path: string, unit: string, better: "less" | "more"];

/** Keys whose values are not numbers of a run, or mean nothing outside their object. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "tokenyard",
  "scenario",
  "seeds",
  "conclusion",
  "modelError",
  "assumed",
  "targets",
  "warnings",
  "distributions",
  "layer",
  "endless",
  "unanswered",
  "slowestRank",
  "position",
  "from",
  "to",
  "leastEven",
]);
/** Path of counts by expert, which not every report has. */
const PER_EXPERT = "perLayer.*.tokens";

/** Units by the ends of keys; they apply to everything under a key without another rule. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/requestsPerSecond$/i, "requests/s"],
  [/tokensPerSecond$/i, "tokens/s"],
  [/tokensPerMsPerGpu$/i, "tokens/ms"],
  [/usdPerHour$/i, "USD/h"],
  [/^usd/, "USD"],
  [/^watts/, "W"],
  [/^joules/, "J"],
  [/^grams/, "g"],
  [/seconds$/i, "s"],
  [/bytes(PerRank|PerToken)?$/i, "B"],
  [/^(breakdown|delays)$/, "s"],
  [/^count$/, ""],
  [/^memory$/, "B"],
  [/^utilization$/, "%"],
  [/^loadVariance$/, "%"],
  [/^kvShare$/, "share"],
];
const MORE =
  /^(arrived|finished|right|ahead|prompt|output|routed|kept|hits|cacheHits|cacheHitsAtMost|hitTokens|hitShare|computeShare|attainment|utilization|gained|measuredKernelShare|measuredTrafficShare|acceptedTokens|tokensPerStep|survival)$|PerSecond$|PerMsPerGpu$/;

/** Keys with names of their own in a record, by its path. */
const FIXED: Readonly<Record<string, readonly string[]>> = { attainment: ["all"], metric: ["cacheHits", "cacheHitsAtMost"] };

/** The numbers of what `schema` describes, in its order. A share of the memory may be over 1: it is no part of a whole. */
export function metricRows(schema: z.ZodType, path: readonly string[] = [], unit = "", better: "less" | "more" = "less"): MetricRow[] {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return metricRows(schema.unwrap() as z.ZodType, path, unit, better);
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, value]) => {
      if (LEFT_OUT.has(key) || [...path, key].join(".").endsWith(PER_EXPERT)) return [];
      return metricRows(value as z.ZodType, [...path, key], unitUnder(key, unit), MORE.test(key) ? "more" : better);
    });
  }
  if (schema instanceof z.ZodArray) return metricRows(schema.element as z.ZodType, [...path, "*"], unit, better);
  if (schema instanceof z.ZodRecord) {
    const keys = [...(FIXED[path.join(".")] ?? []), "*"];
    return keys.flatMap((key) => metricRows(schema.valueType as z.ZodType, [...path, key], unit, MORE.test(key) ? "more" : better));
  }
  if (!(schema instanceof z.ZodNumber)) return [];
  const isShare = schema.maxValue === 1;
  return [[path.join("."), isShare ? "share" : unit, better]];
}

function unitUnder(key: string, unit: string): string {
  if (key === "share") return "%";
  return UNITS.find(([ending]) => ending.test(key))?.[1] ?? unit;
}
