import { nsFromSeconds } from "@tokenyard/engine";
import type { Pass } from "@tokenyard/model";
import type { GroupCost } from "./group-cost.ts";
import type { KernelByRows } from "./kernel-by-rows.ts";

/** The head of one pass after another: data groups with as many outputs as before are not worked out again. */
export class HeadCost implements GroupCost {
  readonly durationNs: Float64Array;
  readonly groupBytes: Float64Array;
  flops = 0;
  bytes = 0;
  insideSeconds = 0;
  /** [data groups] outputs that the columns are of; −1: none, the group has no rows */
  readonly #outputs: Float64Array;
  readonly #flops: Float64Array;
  readonly #insideSeconds: Float64Array;

  constructor(dataGroups: number) {
    this.durationNs = new Float64Array(dataGroups);
    this.groupBytes = new Float64Array(dataGroups);
    this.#outputs = new Float64Array(dataGroups).fill(-1);
    this.#flops = new Float64Array(dataGroups);
    this.#insideSeconds = new Float64Array(dataGroups);
  }

  /** Sets the columns to those of a pass, whose outputs go through `kernel`. */
  fill(kernel: KernelByRows, { outputs, rows }: Pick<Pass, "outputs" | "rows">): void {
    let flops = 0;
    let bytes = 0;
    let insideSeconds = 0;
    for (let group = 0; group < rows.length; group++) {
      const own = rows[group]! > 0 ? outputs[group]! : -1;
      if (own !== this.#outputs[group]) this.#workOut(kernel, group, own);
      flops += this.#flops[group]!;
      bytes += this.groupBytes[group]!;
      insideSeconds += this.#insideSeconds[group]!;
    }
    this.flops = flops;
    this.bytes = bytes;
    this.insideSeconds = insideSeconds;
  }

  /** To be called when another than this has changed the columns. */
  forget(): void {
    this.#outputs.fill(Number.NaN);
  }

  #workOut(kernel: KernelByRows, group: number, outputs: number): void {
    const runs = outputs >= 0; // a kernel without rows takes no time
    if (runs) kernel.look(outputs);
    this.#outputs[group] = outputs;
    this.durationNs[group] = runs ? nsFromSeconds(kernel.seconds) : 0;
    this.groupBytes[group] = runs ? kernel.bytes : 0;
    this.#flops[group] = runs ? kernel.flops : 0;
    this.#insideSeconds[group] = runs ? kernel.insideSeconds : 0;
  }
}
