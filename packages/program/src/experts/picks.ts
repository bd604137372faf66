import type { ExpertSlots } from "@tokenyard/placement";
import type { ExpertLoad } from "./expert-load.ts";
import type { PickedPorts } from "./picked-ports.ts";
import { countRanks } from "./rank-rows.ts";

/** Copies for `layer`, whose experts lie in order in `slots`, are to be added to what `load` has `routed` as they are picked, and then to be settled. */
export function enterPicks(load: ExpertLoad, layer: number, slots: ExpertSlots): void {
  load.layer = layer;
  load.slots = slots;
  load.exchanged = undefined;
  load.routed.fill(0);
}

/** All are added, and `picked` has what goes through ports: of single sources `load` knows nothing. */
export function settlePicks(load: ExpertLoad, picked: PickedPorts): void {
  load.picked = picked;
  load.visits = undefined;
  load.own = undefined;
  load.chosen.look(0, load.routed);
  load.rows = load.routed;
  countRanks(load, load.slots!);
  load.settled++;
}
