import type { Fleet } from "@tokenyard/resilience";
import type { Judgement } from "./judgement.ts";

/** Without communication a GPU computes its tokens alone, if it has all experts of its layers. */
export function localFallback({ plan, withExperts }: Fleet): Judgement {
  const { expertPlacement, tensor } = plan;
  const layer = withExperts.indexOf(true);
  if (expertPlacement === undefined || layer < 0)
    return { verdict: "undecided", because: "There are no experts whose outputs would be sent." };
  const { offsets, experts } = expertPlacement.slots(layer);
  let least = experts;
  for (let e = 0; e + 1 < offsets.length; e++) least = Math.min(least, offsets[e + 1]! - offsets[e]!);
  if (least >= experts && tensor === 1) return { verdict: "holds", because: `A GPU has all ${experts} experts of its layers.` };
  const part =
    tensor === 1
      ? ""
      : `, and of each a part that is no output without the ${tensor - 1 === 1 ? "other GPU" : `${tensor - 1} other GPUs`} of its group`;
  const share = `${Number(((100 * least) / experts).toPrecision(3))} %`;
  return {
    verdict: "fails",
    because: `A GPU has ${least} of ${experts} experts of a layer${part}: by itself it could compute ${share} of what it routes at most, and the rest goes without its experts.`,
  };
}
