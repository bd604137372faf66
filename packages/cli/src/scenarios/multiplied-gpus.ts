import type { Scenario } from "@tokenyard/scenario";
import { grouped } from "../terminal/amount.ts";

/** Ratio to the file's GPUs beyond which more of them are taken for a mistake. */
const MOST_TIMES = 2;

/** `--set` options that change degrees of a plan. */
export const OF_DEGREES = /^\s*parallelism\b/;

/** GPUs of a plan without pools; undefined with them. */
function gpusOf({ model, parallelism, pools }: Scenario): number | undefined {
  if (pools !== undefined) return undefined;
  const { layers, pipeline, expert, tensor, data } = parallelism;
  return (layers === "own-ranks" ? model.layers : pipeline) * expert * tensor * data;
}

/**
 * A note where settings of degrees multiply the GPUs of the file's plan: degrees that they do not name stay, so that `tensor: 8` beside a file's `expert: 16`
 * are 128 GPUs. Undefined where they do not.
 */
export function multipliedGpus(before: Scenario, after: Scenario, settings: readonly string[]): string | undefined {
  const [from, to] = [gpusOf(before), gpusOf(after)];
  if (from === undefined || to === undefined || to < MOST_TIMES * from) return undefined;
  const named = settings.join(" ");
  const stay = (["pipeline", "expert", "tensor", "data"] as const).flatMap((degree) => {
    const value = after.parallelism[degree];
    return value > 1 && !named.includes(degree) ? [`${degree}: ${value}`] : [];
  });
  const because =
    stay.length === 0
      ? ""
      : `; ${stay.join(" and ")} ${stay.length === 1 ? "stays" : "stay"} as in the file unless ${stay.length === 1 ? "it is" : "they are"} set too`;
  return `--set: the plan has ${grouped(to)} GPUs, in the file ${grouped(from)}${because}`;
}
