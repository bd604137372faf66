import type { Fleet } from "@tokenyard/resilience";
import type { Judgement } from "./judgement.ts";

/** The judgement of a plan by that of each pool: it fails where one fails, and holds where all hold. */
export function ofPools(fleets: readonly Fleet[], judge: (fleet: Fleet) => Judgement): Judgement {
  if (fleets.length === 1) return judge(fleets[0]!);
  const each = fleets.map((fleet) => ({ pool: fleet.pool!, ...judge(fleet) }));
  const verdict = (["fails", "undecided", "holds"] as const).find((kind) => each.some((one) => one.verdict === kind))!;
  return {
    verdict,
    because: each.map(({ pool, because }) => `The pool that ${pool === "prefill" ? "prefills" : "decodes"}: ${because}`).join(" "),
  };
}
