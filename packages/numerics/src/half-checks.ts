import { ATTENTION, type Op, type Program } from "@tokenyard/program";
import type { Stage } from "./stage.ts";
import type { PendingSum } from "./visit.ts";

/** Looks whether every half of `layers` has been added to the residual of every rank, as the model has them. */
export function checkHalves({ specs, visits, found, position, beginning }: Stage, layers: readonly number[]): void {
  const halves = layers.flatMap((layer): [number, PendingSum["kind"]][] => {
    const { mixer, dense, routed } = specs[layer]!;
    return [
      ...(mixer.kind === "none" ? [] : ([[layer, "mixer"]] satisfies [number, PendingSum["kind"]][])),
      ...(dense === undefined ? [] : ([[layer, "dense"]] satisfies [number, PendingSum["kind"]][])),
      ...(routed ? ([[layer, "experts"]] satisfies [number, PendingSum["kind"]][]) : []),
    ];
  });
  for (const [layer, kind] of halves) {
    const visit = visits.find(({ settled, tokens }) => tokens.count > 0 && !settled.has(`${layer}/${kind}`));
    if (visit === undefined) continue;
    found({ rank: visit.rank.id, stage: position, layer, work: beginning(layer, kind), what: "nothing was computed" });
  }
}

/** Looks whether the outputs of every data group have logits. */
export function checkHead({ model, visits, found, position }: Stage): void {
  if (model.vocabulary === undefined) return;
  const visit = visits.find(({ tokens, logits }) => tokens.yields.length > 0 && logits === undefined);
  if (visit !== undefined) found({ rank: visit.rank.id, stage: position, layer: -1, work: "head", what: "there are no logits" });
}

const WORK_OF_HALF = { mixer: "attention", dense: "dense", experts: "gate" } as const;

/** Name in `program` of the op that begins a half of a layer. */
export function beginningsOf({ ops }: Program): Stage["beginning"] {
  return (layer, half) => ops.find((op) => op.layer === layer && beginsHalf(op, half))?.work ?? WORK_OF_HALF[half];
}

function beginsHalf({ work, kind }: Op, half: PendingSum["kind"]): boolean {
  return half === "mixer" ? kind === ATTENTION : half === "dense" ? work.startsWith("dense") : work === "gate";
}
