import type { Plan } from "@tokenyard/placement";
import type { Scenario } from "@tokenyard/scenario";

/** Cost of an expert that is not on the GPU. */
export interface OffloadedCosts {
  /** Bytes of its weights on all ranks that share it. */
  readonly bytes: number;
  /** Through the link. */
  readonly loadSeconds: number;
  /** Seconds on the host for `rows` rows; Infinity if the host does not compute experts. */
  hostSeconds(rows: number): number;
}

/** Costs of experts of `slotBytes` bytes a rank. Source: docs/models/routing.md#offloaded-experts. */
export function offloadedCosts({ expertCache, model, cluster }: Scenario, { tensor }: Plan, slotBytes: number): OffloadedCosts {
  const { hiddenSize, experts } = model;
  const flops = (2 * experts!.matrices * hiddenSize * experts!.hiddenSize) / tensor;
  const { host } = cluster;
  const rowSeconds = host === undefined ? Number.POSITIVE_INFINITY : flops / host.compute;
  const readSeconds = host === undefined ? Number.POSITIVE_INFINITY : slotBytes / host.bandwidth;
  return {
    bytes: slotBytes * tensor,
    loadSeconds: slotBytes / expertCache!.link,
    hostSeconds: (rows) => Math.max(rows * rowSeconds, readSeconds),
  };
}
