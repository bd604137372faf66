import type { Phase } from "@tokenyard/model";
import type { ExpertPlacement } from "@tokenyard/placement";
import type { Streams } from "@tokenyard/random";
import { lossPolicyOf } from "@tokenyard/resilience";
import { digestOf, resolvedOf } from "@tokenyard/scenario";
import type { PoolSetup } from "../inputs/setup.ts";
import { VERSION } from "../inputs/version.ts";
import { Fingerprint } from "../law-tables/fingerprint.ts";
import type { LawDraw } from "./law-draw.ts";
import type { LawRows } from "./law-rows.ts";

/** Version of how tables are made and written; it changes whenever they would not be the same. */
const TABLE_VERSION = 4;

/** Numbers of tokens that are drawn for a key. */
const PROBES = [5, 64] as const;

/** A table's inputs, from which its nodes follow. */
export interface KeyedTable {
  /** Digest of `tableParts`. */
  readonly parts: string;
  /** Stage, first layer and phase. */
  readonly place: string;
  /** Layers of the model. */
  readonly layers: readonly number[];
  readonly rows: LawRows;
  readonly router: PoolSetup["router"];
  readonly placement: ExpertPlacement | undefined;
  readonly draw: LawDraw;
  readonly phase: Phase;
  /** Streams of the table alone. */
  readonly streams: Streams;
}

/** Digest of the parts of a pool's scenario that its tables depend on: not the load, the number of replicas, or the order of service. */
export function partsDigest({ scenario }: Pick<PoolSetup, "scenario">): string {
  const { model, cluster, engine, parallelism, routing, serving, communication } = resolvedOf(scenario) as Readonly<Record<string, object>>;
  const { data: _, ...degrees } = parallelism as { readonly data?: unknown };
  const { scheduler: __, kv: ___, ...served } = serving as { readonly scheduler?: unknown; readonly kv?: unknown };
  return digestOf({
    TABLE_VERSION,
    VERSION,
    model,
    cluster,
    engine,
    degrees,
    routing,
    served,
    communication,
    detours: scenario.health !== undefined && lossPolicyOf(scenario.health.onLoss).detours,
  });
}

/** Key of draws of all tokens of a layer: the parts of the scenario that they depend on, and the shares of experts. */
export function drawsKey({ scenario: { model, routing, seed }, router }: Pick<PoolSetup, "scenario" | "router">): string {
  const print = new Fingerprint();
  for (let layer = 0; layer < model.layers; layer++) print.add(router?.shares?.(layer) ?? new Float64Array(0));
  return digestOf({ TABLE_VERSION, VERSION, experts: model.experts, layers: model.layers, gate: routing.gate, seed, print: print.text });
}

/**
 * Key of a table: its purpose, and the results of some draws with its gate and costs. So a program with another gate or other costs has
 * other keys.
 */
export function lawKey({ parts, place, layers, rows, router, placement, draw, phase, streams }: KeyedTable): string {
  const print = new Fingerprint();
  const stream = streams.fresh("key");
  print.add(Int32Array.from([stream.bits(), stream.bits(), rows.length]));
  const seen = new Map<unknown, number>();
  for (const [at, layer] of layers.entries()) {
    const shares = router?.shares?.(layer);
    const slots = placement?.slots(layer);
    if (shares !== undefined && !seen.has(shares)) print.add(shares);
    if (slots !== undefined && !seen.has(slots)) for (const column of [slots.offsets, slots.expertIn]) print.add(column);
    for (const each of [shares, slots]) seen.set(each, seen.get(each) ?? at);
    print.add(Int32Array.of(seen.get(shares)!, seen.get(slots)!));
  }
  for (const tokens of PROBES) {
    draw.tokens.fill(Math.ceil(tokens / draw.tokens.length));
    draw.draw(layers[tokens % layers.length]!, phase, stream, 0);
    print.add(draw.spansNs);
    for (const { durationNs, flops, nodeBytes, fabricBytes } of draw.costs) {
      print.add(durationNs);
      print.add(Float64Array.of(flops, nodeBytes, fabricBytes));
    }
  }
  return digestOf({ parts, place, layers, print: print.text });
}
