import { createVisits, dependenceOf, type ExpertPlaces, layerKinds, type TokenRouter, type Visits } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import type { Scenario } from "@tokenyard/scenario";
import { routerOf } from "../setup/routers.ts";
import { type DrawnTokens, LayoutDraws, PROBED } from "./layout-draws.ts";

/** Layers with experts that are drawn, at most, spread evenly over the model. */
const MOST_LAYERS = 32;
/** Largest number of tokens for which each number is drawn; above, eight numbers in each doubling stand for those around them. */
const EACH = 64;

/**
 * Destinations of the tokens of passes, drawn once for each layer and number of tokens, and shared by all plans of a model and a gate.
 * Layouts then differ by themselves and not by their draws, and cost no draws.
 */
export class SharedDraws implements DrawnTokens {
  readonly #exact: TokenRouter;
  readonly #streams: Streams;
  readonly #experts: number;
  /** Layers of the model that are drawn. */
  readonly #layers: readonly number[];
  /** By tokens: [layers that are drawn × experts] copies. */
  readonly #counts = new Map<number, Float64Array>();
  readonly #tokens = new Float64Array(1);

  private constructor(exact: TokenRouter, layers: readonly number[], experts: number, seed: number) {
    this.#exact = exact;
    this.#layers = layers;
    this.#experts = experts;
    this.#streams = new Streams(seed).under("clock");
  }

  /** Draws for plans of `scenario`; undefined where its gate draws nothing, tokens depend on each other, or layers differ in more than their draws. */
  static of(scenario: Scenario): SharedDraws | undefined {
    const { model, routing, seed } = scenario;
    const { placement, capacityFactor, gate } = routing;
    const isPlain = (placement === undefined || placement.kind === "contiguous") && capacityFactor === undefined;
    if (model.experts === undefined || dependenceOf(gate) !== undefined || !isPlain) return undefined;
    const exact = routerOf(model, scenario, new Streams(seed), []);
    if (exact?.draws !== true) return undefined;
    const all = layerKinds(model).flatMap((kind, layer) => (kind === "moe" ? [layer] : []));
    const count = Math.min(MOST_LAYERS, all.length);
    const layers = Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
    return new SharedDraws(exact, layers, model.experts.count, seed);
  }

  /** A router for one layout: it sends the tokens of every layer where those of its typical layer go. */
  layout(): LayoutDraws {
    return new LayoutDraws(this, this.#exact, this.#layers, this.#experts);
  }

  /** [layers that are drawn × experts] copies that about `tokens` send, and of how many they are. */
  of(tokens: number): { readonly counts: Float64Array; readonly drawn: number } {
    const step = tokens <= EACH ? 1 : 1 << (28 - Math.clz32(tokens));
    const drawn = Math.round(tokens / step) * step;
    const known = this.#counts.get(drawn);
    if (known !== undefined) return { counts: known, drawn };
    const counts = new Float64Array(this.#layers.length * this.#experts);
    const ofLayer = new Float64Array(this.#experts);
    this.#tokens[0] = drawn;
    for (const [at, layer] of this.#layers.entries()) {
      this.#exact.route(layer, this.#tokens, this.#streams.fresh(`${layer}/${drawn}`), ofLayer);
      counts.set(ofLayer, at * this.#experts);
    }
    this.#counts.set(drawn, counts);
    return { counts, drawn };
  }

  /** Number of `PROBED` tokens of a layer that visit each rank and node of `places`. */
  visitsOf(layer: number, places: ExpertPlaces): Visits {
    const visits = createVisits(1, places);
    this.#tokens[0] = PROBED;
    const stream = this.#streams.fresh(`${layer}/visits`);
    this.#exact.route(layer, this.#tokens, stream, new Float64Array(this.#experts), visits);
    return visits;
  }
}
