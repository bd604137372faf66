import { expertCapacity } from "@tokenyard/model";
import type { ExpertSlots, Plan } from "@tokenyard/placement";
import type { Stage } from "../stage.ts";
import type { Visit } from "../visit.ts";

/**
 * Gives each copy of a layer its slot, once all ranks of the stage have chosen. Copies of an expert with several take turns, in the order of sources and their tokens.
 * What is over an expert's capacity is dropped: it has none.
 */
export function dealSlots(stage: Stage, layer: number): void {
  const { plan, visits } = stage;
  const slots: ExpertSlots = plan.expertPlacement!.slots(layer);
  const dropped = droppedCopies(stage);
  const next = new Int32Array(slots.experts);
  for (let source = 0; source < plan.sources; source++) {
    const own = visits.slice(source * plan.sourceRanks, (source + 1) * plan.sourceRanks);
    const { experts } = own[0]!.choices!;
    for (let copy = 0; copy < experts.length; copy++) {
      if (dropped.has(keyOf(source, copy))) continue;
      const expert = experts[copy]!;
      const first = slots.firstOf[expert]!;
      const slot = slots.slotsOf[first + (next[expert]!++ % (slots.firstOf[expert + 1]! - first))]!;
      for (const { choices } of own) if (copy < choices!.slots.length) choices!.slots[copy] = slot;
    }
  }
}

interface Copy {
  readonly source: number;
  readonly copy: number;
  readonly weight: number;
}

/** Copies over the capacity of their expert: of those that share it, the ones that weigh least, of equal ones the later; or by position the later ones. */
function droppedCopies({ scenario, plan, visits }: Stage): ReadonlySet<string> {
  const { model, routing } = scenario;
  const dropped = new Set<string>();
  if (routing.capacityFactor === undefined || routing.overflow.kind !== "drop") return dropped;
  const byPosition = routing.overflow.by === "position";
  const sources = Array.from({ length: plan.sources }, (_, source) => source);
  for (const sharing of routing.capacityPer === "source-rank" ? sources.map((source) => [source]) : [sources]) {
    const tokens = sharing.reduce((sum, source) => sum + tokensOf(plan, visits, source), 0);
    const capacity = expertCapacity(tokens, model, routing);
    const byExpert = new Map<number, Copy[]>();
    for (const source of sharing) {
      const { experts, weights } = visits[source * plan.sourceRanks]!.choices!;
      for (let copy = 0; copy < experts.length; copy++) {
        const copies = byExpert.get(experts[copy]!) ?? [];
        byExpert.set(experts[copy]!, copies);
        copies.push({ source, copy, weight: weights[copy]! });
      }
    }
    for (const copies of byExpert.values()) {
      const kept = byPosition ? copies : copies.toSorted((a, b) => b.weight - a.weight || a.source - b.source || a.copy - b.copy);
      for (const { source, copy } of kept.slice(capacity)) dropped.add(keyOf(source, copy));
    }
  }
  return dropped;
}

function tokensOf({ sourceRanks }: Plan, visits: readonly Visit[], source: number): number {
  const { gateFrom, gateTo } = visits[source * sourceRanks]!;
  return gateTo - gateFrom;
}

function keyOf(source: number, copy: number): string {
  return `${source}/${copy}`;
}
