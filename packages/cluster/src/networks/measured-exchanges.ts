import type { ClusterSpec, CollectiveFit } from "@tokenyard/scenario";
import type { Ports } from "../ports.ts";
import type { ExchangeKernels } from "../traffic.ts";
import { collectiveFitOf, collectiveSeconds } from "./collective-fit.ts";
import { type FittedExchange, fittedExchangeOf } from "./exchange-fit.ts";
import type { MeasuredExchange } from "./table/measured-traffic.ts";

/** Number of copies, or tokens, over a tier below which times are cached. */
const FEW = 1 << 6;

/** Exchanges of tokens, and all-to-alls of other bytes in a node, as they were measured. */
export class MeasuredExchanges {
  readonly #cluster: ClusterSpec;
  readonly #allToAllFit: CollectiveFit | undefined;
  /** Fits of exchanges, filled on first use. */
  readonly #exchanges = new Map<ExchangeKernels, FittedExchange | undefined>();

  /**
   * Cached seconds by kernels and number of nodes: by copies over the node's links, and over the fabric [FEW × FEW]; NaN where not computed
   * yet.
   */
  readonly #kept = new Map<ExchangeKernels, Map<number, Float64Array>>();

  constructor(cluster: ClusterSpec) {
    this.#cluster = cluster;
    this.#allToAllFit = collectiveFitOf(cluster, "all-to-all");
  }

  /**
   * Fills `out` with the times of the exchange or all-to-all that `ports` counted in units of `unitBytes`; false if it was not measured on
   * this number of nodes.
   */
  fill(kernels: ExchangeKernels | undefined, ports: Ports, unitBytes: number, nodes: number, out: Float64Array): boolean {
    const exchange = kernels && this.#exchangeOf(kernels);
    const { members, nodeOut, nodeIn, fabricOut, fabricIn } = ports;
    if (exchange?.covers(nodes)) {
      const { tokenBytes } = kernels!;
      const kept = unitBytes === tokenBytes ? this.#keptOf(kernels!, nodes) : undefined;
      for (let i = 0; i < members; i++) {
        const near = Math.max(nodeOut[i]!, nodeIn[i]!);
        const far = Math.max(fabricOut[i]!, fabricIn[i]!);
        const place = kept !== undefined && isFew(near) && isFew(far) ? near * FEW + far : -1;
        const known = place < 0 ? Number.NaN : kept![place]!;
        if (known >= 0) {
          out[i] = known;
          continue;
        }
        const nodeBytes = near * unitBytes;
        const fabricBytes = far * unitBytes;
        out[i] = exchange.seconds(nodes, nodeBytes, fabricBytes, (nodeBytes + fabricBytes) / tokenBytes);
        if (place >= 0) kept![place] = out[i]!;
      }
      return true;
    }
    if (nodes > 1 || this.#allToAllFit === undefined) return false;
    for (let i = 0; i < members; i++) {
      const sent = Math.max(nodeOut[i]!, nodeIn[i]!) * unitBytes;
      out[i] = sent === 0 ? 0 : collectiveSeconds(this.#allToAllFit, sent, members);
    }
    return true;
  }

  /**
   * Seconds of a member of a group on one node, by the larger of the bytes that it sends and receives; undefined where that was not
   * measured.
   */
  inNodeSeconds(kernels: ExchangeKernels | undefined, bytes: number, members: number): number | undefined {
    const exchange = kernels && this.#exchangeOf(kernels);
    if (exchange?.covers(1)) return exchange.seconds(1, bytes, 0, bytes / kernels!.tokenBytes);
    if (this.#allToAllFit === undefined) return undefined;
    return bytes === 0 ? 0 : collectiveSeconds(this.#allToAllFit, bytes, members);
  }

  /** Whether kernels of such exchanges were measured, on one node or on several; else they may go as all-to-alls of other bytes do. */
  knows(kernels: ExchangeKernels | undefined, nodes: number): boolean {
    return (kernels && this.#exchangeOf(kernels))?.covers(nodes) ?? false;
  }

  /** Seconds of a rank of an exchange by kernels on a number of multiprocessors; undefined where that was not measured. */
  secondsOf({ dispatch, phase, nodes, ranks, nodeBytes, fabricBytes, copies, multiprocessors }: Omit<MeasuredExchange, "seconds">) {
    const exchange = fittedExchangeOf(this.#cluster, { dispatch, phase });
    if (exchange?.covers(nodes)) return exchange.secondsBy(multiprocessors, nodes, nodeBytes, fabricBytes, copies);
    return nodes > 1 ? undefined : this.allToAllSeconds(nodeBytes, ranks);
  }

  /** Seconds of a member of an all-to-all on one node; undefined where NCCL's all-to-alls were not measured. */
  allToAllSeconds(bytes: number, members: number): number | undefined {
    return this.#allToAllFit === undefined ? undefined : collectiveSeconds(this.#allToAllFit, bytes, members);
  }

  #keptOf(kernels: ExchangeKernels, nodes: number): Float64Array {
    let byNodes = this.#kept.get(kernels);
    if (byNodes === undefined) {
      byNodes = new Map();
      this.#kept.set(kernels, byNodes);
    }
    let kept = byNodes.get(nodes);
    if (kept === undefined) {
      kept = new Float64Array(FEW * FEW).fill(Number.NaN);
      byNodes.set(nodes, kept);
    }
    return kept;
  }

  #exchangeOf(kernels: ExchangeKernels): FittedExchange | undefined {
    if (!this.#exchanges.has(kernels)) this.#exchanges.set(kernels, fittedExchangeOf(this.#cluster, kernels));
    return this.#exchanges.get(kernels);
  }
}

/** Parts of copies are not kept. */
function isFew(copies: number): boolean {
  return copies < FEW && (copies | 0) === copies;
}
