import { DealtRouter, type ExpertPlaces, type TokenRouter, type Visits } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Stream } from "@tokenyard/random";

/** Tokens whose visits to ranks are counted; visits of more tokens are in proportion. */
export const PROBED = 128;
/** Destinations of tokens, independent of the layout. */
export interface DrawnTokens {
  /** [layers that are drawn × experts] copies that about `tokens` send, and of how many they are. */
  of(tokens: number): { readonly counts: Float64Array; readonly drawn: number };
  /** Number of `PROBED` tokens of a layer that visit each rank and node of `places`. */
  visitsOf(layer: number, places: ExpertPlaces): Visits;
}

/** The draws of one layout: for each number of tokens those of the layer whose fullest rank is nearest to the mean over layers. */
export class LayoutDraws implements TokenRouter {
  readonly kind: string;
  /** Routing depends only on the tokens of a pass, and is the same in all layers. */
  readonly draws = false;
  readonly shares?: (layer: number) => Float64Array | undefined;
  readonly #shared: DrawnTokens;
  readonly #layers: readonly number[];
  readonly #experts: number;
  readonly #dealt: DealtRouter;
  #rankOf = new Int32Array(0);
  #ranks = 1;
  /** By tokens: the place of the typical layer among those that are drawn. */
  readonly #typical = new Map<number, number>();
  readonly #visits = new Map<number, Visits>();

  constructor(shared: DrawnTokens, exact: TokenRouter, layers: readonly number[], experts: number) {
    this.kind = exact.kind;
    this.#shared = shared;
    this.#layers = layers;
    this.#experts = experts;
    const ofAll = { kind: exact.kind, draws: true, route: this.#routeAll.bind(this) };
    this.#dealt = new DealtRouter(ofAll, experts);
    if (exact.shares !== undefined) this.shares = (layer) => exact.shares!(layer);
  }

  /** Places experts as `plan` does, the same in all layers. */
  lieAs({ expertPlacement }: Plan): void {
    const { offsets, rankOf, slotsOf, firstOf } = expertPlacement!.slots(this.#layers[0]!);
    this.#ranks = offsets.length - 1;
    this.#rankOf = Int32Array.from({ length: this.#experts }, (_, expert) => rankOf[slotsOf[firstOf[expert]!]!]!);
  }

  route(...given: Parameters<TokenRouter["route"]>): void {
    this.#dealt.route(...given);
  }

  #routeAll(_: number, ofSources: ArrayLike<number>, __: Stream, out: Float64Array, visits?: Visits): void {
    const tokens = ofSources[0]!;
    const { counts, drawn } = this.#shared.of(tokens);
    const at = this.#typicalAt(counts, drawn);
    const scale = tokens / drawn;
    for (let e = 0; e < this.#experts; e++) out[e] = Math.min(tokens, counts[at * this.#experts + e]! * scale);
    if (visits === undefined) return;
    const probed = this.#visits.get(at) ?? this.#shared.visitsOf(this.#layers[at]!, visits.places);
    this.#visits.set(at, probed);
    for (let rank = 0; rank < probed.toRanks.length; rank++) visits.toRanks[rank] = (probed.toRanks[rank]! * tokens) / PROBED;
    for (let node = 0; node < probed.toNodes.length; node++) visits.toNodes[node] = (probed.toNodes[node]! * tokens) / PROBED;
    visits.ranks.look(0, visits.toRanks);
  }

  /** The layer whose fullest rank has about as many copies, and as many experts with any, as those of all layers in the mean. */
  #typicalAt(counts: Float64Array, drawn: number): number {
    const known = this.#typical.get(drawn);
    if (known !== undefined) return known;
    const layers = this.#layers.map((_, at) => this.#fullest(counts, at * this.#experts));
    const meanOf = (key: "copies" | "active") => layers.reduce((sum, each) => sum + each[key], 0) / layers.length;
    const [copies, active] = [meanOf("copies"), meanOf("active")];
    const farOf = (each: (typeof layers)[number]) => Math.abs(each.copies / copies - 1) + Math.abs(each.active / active - 1);
    const nearest = layers.reduce((best, each, at) => (farOf(each) < farOf(layers[best]!) ? at : best), 0);
    this.#typical.set(drawn, nearest);
    return nearest;
  }

  #fullest(counts: Float64Array, first: number): { readonly copies: number; readonly active: number } {
    const copies = new Float64Array(this.#ranks);
    const active = new Float64Array(this.#ranks);
    for (let e = 0; e < this.#experts; e++) {
      const rank = this.#rankOf[e]!;
      copies[rank] = copies[rank]! + counts[first + e]!;
      if (counts[first + e]! > 0) active[rank] = active[rank]! + 1;
    }
    return { copies: Math.max(...copies), active: Math.max(...active) };
  }
}
