import type { ExpertSlots } from "@tokenyard/placement";
import type { ExpertLoad } from "./expert-load.ts";
import type { PickedPorts } from "./picked-ports.ts";
import { countRanks } from "./rank-rows.ts";

/**
 * Prepares `load` for `layer`, whose experts are in order in `slots`: copies are added to its `routed` as they are picked, and then
 * settled.
 */
export function enterPicks(load: ExpertLoad, layer: number, slots: ExpertSlots): void {
  load.layer = layer;
  load.slots = slots;
  load.exchanged = undefined;
  load.routed.fill(0);
}

/** Settles after all were added; `picked` has the traffic through ports, as `load` knows nothing of single sources. */
export function settlePicks(load: ExpertLoad, picked: PickedPorts): void {
  load.picked = picked;
  load.visits = undefined;
  load.own = undefined;
  load.chosen.look(0, load.routed);
  load.rows = load.routed;
  countRanks(load, load.slots!);
  load.settled++;
}
