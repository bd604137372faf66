import type { LayerKernels } from "@tokenyard/model";
import type { Pass } from "@tokenyard/serving";
import type { KernelClock } from "./kernel-clock.ts";
import type { Work } from "./op.ts";

/** What follows from a data group's sequences alone; it is the same in every layer, attention in every layer with a window and without. */
export type SequenceWork = Extract<Work, "attention" | "gate" | "shared" | "dense" | "head"> | "windowed-attention";

/** One op of a pass on each data group. */
export interface GroupCost {
  /** [data groups], of each of its ranks */
  readonly durationNs: Float64Array;
  /** Summed over data groups, of one rank of each. */
  flops: number;
  bytes: number;
}

/** What one pass of a micro-batch costs by data group, worked out once for all layers. */
export class PassWork {
  readonly #kernels: LayerKernels;
  readonly #clock: KernelClock;
  readonly #costs = new Map<SequenceWork, GroupCost>();
  #worked = new Set<SequenceWork>();

  constructor(kernels: LayerKernels, clock: KernelClock) {
    this.#kernels = kernels;
    this.#clock = clock;
  }

  /** A new pass begins: what was worked out is stale. */
  renew(): void {
    this.#worked.clear();
  }

  cost(work: SequenceWork, pass: Pass): GroupCost {
    const groups = pass.newTokens.length;
    let cost = this.#costs.get(work);
    if (cost === undefined) {
      cost = { durationNs: new Float64Array(groups), flops: 0, bytes: 0 };
      this.#costs.set(work, cost);
    }
    if (this.#worked.has(work)) return cost;
    this.#worked.add(work);
    cost.flops = 0;
    cost.bytes = 0;
    for (let group = 0; group < groups; group++) {
      this.#clock.start();
      this.#runKernels(work, pass, group);
      cost.durationNs[group] = this.#clock.ns();
      cost.flops += this.#clock.flops;
      cost.bytes += this.#clock.bytes;
    }
    return cost;
  }

  #runKernels(work: SequenceWork, pass: Pass, group: number): void {
    const { attention, gate, shared, dense, head } = this.#kernels;
    const clock = this.#clock;
    const tokens = pass.newTokens[group]!;
    switch (work) {
      case "attention":
      case "windowed-attention": {
        const windowed = work === "windowed-attention";
        const core = pass.phase === 0 ? attention.corePrefill : attention.coreDecode;
        attention.qkv.rows = tokens;
        attention.output.rows = tokens;
        core.sequences = pass.sequences[group]!;
        core.newTokens = tokens;
        core.contextTokens = (windowed ? pass.windowedContextTokens : pass.contextTokens)[group]!;
        core.pairs = (windowed ? pass.windowedPairs : pass.pairs)[group]!;
        clock.run(attention.qkv);
        clock.run(core);
        clock.run(attention.output);
        return;
      }
      case "gate":
        gate!.rows = tokens;
        clock.run(gate!);
        return;
      case "shared":
      case "dense": {
        const { up, down } = (work === "shared" ? shared : dense)!;
        up.rows = tokens;
        down.rows = tokens;
        clock.run(up);
        clock.run(down);
        return;
      }
      case "head":
        head!.rows = pass.outputs[group]!;
        clock.run(head!);
        return;
    }
  }
}
