import { EXPORTED, exportedOf, isMeant, namesOf, type Sample } from "@tokenyard/metrics";
import { nearest } from "@tokenyard/scenario";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";

const OPTION = "--metrics-only";

/** Prefixes of series, which are selected together. */
const FAMILIES = ["tokenyard_*", "vllm:*", "sglang:*", "dynamo_*", "DCGM_FI_*"];

/** Problems for those of `names` (with * for anything) that match no series of `sample`. */
export function nameProblems(sample: Sample, names: readonly string[]): LocatedProblem[] {
  const there = exportedOf(sample);
  return names.flatMap((name) => {
    if (there.some((each) => isMeant(each, name))) return [];
    if (EXPORTED.some((each) => isMeant(each, name)))
      return [wrongValue(OPTION, "", name, "series that this scenario has: it has nothing that this one measures")];
    const known = name.includes("*") ? FAMILIES : there.flatMap(namesOf);
    const wanted = `names of series, with * for anything, as tokenyard_tokens or vllm:*`;
    return [{ ...wrongValue(OPTION, "", name, wanted), suggestion: nearest(name, known) ?? null }];
  });
}
