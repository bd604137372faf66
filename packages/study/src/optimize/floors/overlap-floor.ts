import { layerKinds } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";
import type { DealtMicroBatches } from "../batches/dealt-micro-batches.ts";
import type { PassColumns } from "../batches/pass-columns.ts";
import { ROUNDING_SECONDS } from "./kernel-floor.ts";
import {
  addFloor,
  COMPUTE,
  copyFloor,
  ENTRY,
  HEAD_COMPUTE,
  HEAD_PATH,
  HOST_COMPUTE,
  HOST_LAYER,
  HOST_PATH,
  KEPT_COMPUTE,
  KEPT_PATH,
  LAYER_TYPES,
  PASS_FLOOR,
  PATH,
  SEND,
} from "./pass-floor.ts";
import type { ShardFloor } from "./shard-floor.ts";

/**
 * Lower bounds of passes that may be split in two halves: on every rank the kernels of both, however much of their communication is hidden.
 * Kernels of two halves never take less than those of the whole, so these bounds hold when it is unknown whether a pass is split.
 */
export class OverlapFloor {
  readonly #shard: ShardFloor;
  readonly #least: number;
  /** Whether every slice of layers has communication to hide, so that a pass is split on all stages or on none. */
  readonly #everywhere: boolean;
  /** Floors of a second half. */
  readonly #second = new Float64Array(PASS_FLOOR);

  /** `least`: as `serving.overlap.least`; infinite where no pass is split. */
  constructor(shard: ShardFloor, { model }: Scenario, plan: Plan, least: number) {
    this.#shard = shard;
    this.#least = least;
    this.#everywhere = plan.attentionTensor > 1 || (plan.dataGroups > 1 && layerKinds(model).every((kind) => kind === "moe"));
  }

  /** Fills row `row` of `out`. `whole`: bounds of the passes that run in one piece. */
  fill(batch: DealtMicroBatches, columns: PassColumns, row: number, whole: Float64Array, out: Float64Array): void {
    if (this.#halves(columns, row) !== "both") {
      this.outline(batch, columns, row, whole, out);
      return;
    }
    const [first, second] = batch.halves();
    this.#shard.fill(first, row, out, row);
    this.#shard.fill(second, row, this.#second, 0);
    addFloor(this.#second, 0, out, row);
    const at = row * PASS_FLOOR;
    for (const place of [HOST_COMPUTE, HOST_LAYER, HEAD_COMPUTE, SEND]) out[at + place] = whole[at + place]!;
    onlyKernels(out, at);
  }

  /** At most what `fill` gives: the kernels of the whole pass in place of those of its halves. */
  outline(batch: DealtMicroBatches, columns: PassColumns, row: number, whole: Float64Array, out: Float64Array): void {
    const halves = this.#halves(columns, row);
    copyFloor(whole, row, out, row);
    if (halves === "none") return;
    if (reprojects(columns, row)) this.#shard.fill(batch.atOnce(), row, out, row); // halves have fewer chunks
    const at = row * PASS_FLOOR;
    if (halves === "both") {
      for (let i = at + COMPUTE; i < at + COMPUTE + LAYER_TYPES; i++) out[i] = Math.max(0, out[i]! - ROUNDED_TWICE);
      out[at + KEPT_COMPUTE] = Math.max(0, out[at + KEPT_COMPUTE]! - ROUNDED_TWICE);
    } else out[at + KEPT_COMPUTE] = 0;
    onlyKernels(out, at);
  }

  /** Rows that a full expert has at least where a copy of a prefill may be dropped; Infinity where none can be, or nothing is known of halves. */
  leastFull(columns: PassColumns, row: number): number {
    const { experts } = this.#shard;
    const halves = this.#halves(columns, row);
    if (experts === undefined || halves === "unknown") return Number.POSITIVE_INFINITY;
    const tokens = columns.mostTokens[row]!;
    if (halves === "none") return experts.leastFull(tokens);
    let first = 0;
    for (let group = columns.starts[row]!; group < columns.starts[row + 1]!; group++) first += Math.ceil(columns.newTokens[group]! / 2);
    return Math.min(experts.leastFull(first), experts.leastFull(tokens - first));
  }

  /** Most seconds that a dropped copy saves, by the rows of its expert. */
  copySeconds(room: number): number {
    return this.#shard.experts?.copySeconds(room) ?? 0;
  }

  /** Whether a pass of `tokens` tokens may be split; if so, the most tokens that each half may have. */
  mostOfHalf(tokens: number): number | undefined {
    return tokens < this.#least ? undefined : Math.min(tokens, Math.ceil((tokens + this.#shard.dataGroups) / 2));
  }

  /** Whether passes run in two halves. */
  #halves({ phase, starts, newTokens, mostTokens }: PassColumns, row: number): "none" | "both" | "unknown" {
    if (mostTokens[row]! < this.#least) return "none";
    if (phase === 1) return "unknown"; // columns are means over passes
    for (let group = starts[row]!; group < starts[row + 1]!; group++) if (newTokens[group]! < this.#least) return "none";
    return this.#everywhere ? "both" : "unknown";
  }
}

/** Kernels of a layer: attention, gate, shared and routed experts, or a dense feed-forward; each may be rounded down once more as it runs in halves. */
const MOST_KERNELS = 4;
const ROUNDED_TWICE = MOST_KERNELS * ROUNDING_SECONDS;

/** The path of the floor that begins at `at` is known to hold the kernels alone. */
function onlyKernels(floor: Float64Array, at: number): void {
  for (let type = 0; type < LAYER_TYPES; type++) {
    floor[at + PATH + type] = floor[at + COMPUTE + type]!;
    floor[at + ENTRY + type] = 0;
  }
  floor[at + KEPT_PATH] = floor[at + KEPT_COMPUTE]!;
  floor[at + HOST_PATH] = floor[at + HOST_COMPUTE]!;
  floor[at + HEAD_PATH] = floor[at + HEAD_COMPUTE]!;
}

function reprojects({ starts, reprojectedTokens }: PassColumns, row: number): boolean {
  if (reprojectedTokens === undefined) return false;
  for (let group = starts[row]!; group < starts[row + 1]!; group++) if (reprojectedTokens[group]! > 0) return true;
  return false;
}
