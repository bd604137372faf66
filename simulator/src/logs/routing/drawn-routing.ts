import type { Fates, FatesByExpert } from "@tokenyard/model";
import type { Cells } from "./cells.ts";
import type { Look } from "./crossings.ts";

/** Where the tokens of a whole pass go, layer by layer: only what is above 0. It comes again as often as the pass does, and is not changed. */
export interface DrawnRouting {
  readonly layers: Int32Array;
  /** Of layer number l: its experts with copies, and how many, from starts[l] to starts[l + 1] − 1. */
  readonly starts: Int32Array;
  readonly experts: Uint16Array;
  readonly copies: Uint16Array | Uint32Array;
  /** [layers] */
  readonly routed: Float64Array;
  /** [layers × experts' ranks] */
  readonly rankRows: Float64Array;
  readonly ranks: number;
  /** [layers] */
  readonly fates: readonly Readonly<Fates>[];
  /** [layers] the same by expert, where somebody asks; undefined of a layer that keeps all */
  readonly fatesOf: readonly (FatesByExpert | undefined)[] | undefined;
  /** Copies to experts that have no slot. */
  readonly missed: number;
  /** What data groups send to experts' ranks, all layers together; none where nobody asks. */
  readonly sent: Cells;
  /** [layers] how copies cross from node to node, where that is looked at */
  readonly looks: readonly Look[];
  /** That all of this takes, but for the fates by expert: what is kept does not depend on whether somebody asks for these. */
  readonly bytes: number;
}
