import { type ExpertPlacement, type Surviving, surviving } from "@tokenyard/placement";

/** The experts of a stage that has lost ranks. */
export interface Shrunk {
  readonly placement: ExpertPlacement;
  /** Experts, of all layers, that the rank which has to load most loads. */
  readonly mostLoads: number;
  /** (layer, expert) pairs that no rank holds. */
  readonly missing: number;
  /** Missing experts of the layer that lacks most. */
  readonly mostMissing: number;
}

/**
 * The experts of `layers`, placed by `placement`, without the experts' ranks `lost` and, by layer, single `lostSlots`; with `reloads`,
 * loaded elsewhere as far as there is room.
 */
export function shrunk(
  placement: ExpertPlacement,
  layers: readonly number[],
  lost: ReadonlySet<number>,
  reloads: boolean,
  lostSlots: ReadonlyMap<number, ReadonlySet<number>> = new Map(),
): Shrunk {
  const known = new Map<object, Surviving>();
  const ofLayer = new Map<number, Surviving>();
  let loads: number[] = [];
  let missing = 0;
  for (const layer of layers) {
    const slots = placement.slots(layer);
    const own = lostSlots.get(layer);
    const left = (own === undefined ? known.get(slots) : undefined) ?? surviving(slots, lost, reloads, own);
    if (own === undefined) known.set(slots, left);
    ofLayer.set(layer, left);
    loads = [...left.loads].map((count, rank) => count + (loads[rank] ?? 0));
    missing += left.slots.missing.length;
  }
  return {
    placement: {
      mostSlots: Math.max(0, ...[...ofLayer.values()].map(({ slots }) => slots.most)),
      slots: (layer) => (ofLayer.get(layer) ?? { slots: placement.slots(layer) }).slots,
    },
    mostLoads: Math.max(0, ...loads),
    missing,
    mostMissing: Math.max(0, ...[...ofLayer.values()].map(({ slots }) => slots.missing.length)),
  };
}
