import type { ClusterSpec, CollectiveFit } from "@tokenyard/scenario";
import type { ExchangeKernels } from "../network-model.ts";
import type { Ports } from "../ports.ts";
import { collectiveFitOf, collectiveSeconds } from "./collective-fit.ts";
import { type FittedExchange, fittedExchangeOf } from "./exchange-fit.ts";

/** Exchanges of tokens, and all-to-alls of other bytes in a node, as they were measured. */
export class MeasuredExchanges {
  readonly #cluster: ClusterSpec;
  readonly #allToAllFit: CollectiveFit | undefined;
  /** Once they were asked for. */
  readonly #exchanges = new Map<ExchangeKernels, FittedExchange | undefined>();

  constructor(cluster: ClusterSpec) {
    this.#cluster = cluster;
    this.#allToAllFit = collectiveFitOf(cluster, "all-to-all");
  }

  /** Whether the exchange, or the all-to-all, that went through `ports` in units of so many bytes was measured on so many nodes: then `out` has its times. */
  fill(kernels: ExchangeKernels | undefined, ports: Ports, unitBytes: number, nodes: number, out: Float64Array): boolean {
    const exchange = kernels && this.#exchangeOf(kernels);
    const { members, nodeOut, nodeIn, fabricOut, fabricIn } = ports;
    if (exchange?.tells(nodes)) {
      const { tokenBytes } = kernels!;
      for (let i = 0; i < members; i++) {
        const nodeBytes = Math.max(nodeOut[i]!, nodeIn[i]!) * unitBytes;
        const fabricBytes = Math.max(fabricOut[i]!, fabricIn[i]!) * unitBytes;
        out[i] = exchange.seconds(nodes, nodeBytes, fabricBytes, (nodeBytes + fabricBytes) / tokenBytes);
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

  /** Of a member of such a group on one node that sends so many bytes, or receives, where that is more; undefined where that was not measured. */
  inNodeSeconds(kernels: ExchangeKernels | undefined, bytes: number, members: number): number | undefined {
    const exchange = kernels && this.#exchangeOf(kernels);
    if (exchange?.tells(1)) return exchange.seconds(1, bytes, 0, bytes / kernels!.tokenBytes);
    if (this.#allToAllFit === undefined) return undefined;
    return bytes === 0 ? 0 : collectiveSeconds(this.#allToAllFit, bytes, members);
  }

  #exchangeOf(kernels: ExchangeKernels): FittedExchange | undefined {
    if (!this.#exchanges.has(kernels)) this.#exchanges.set(kernels, fittedExchangeOf(this.#cluster, kernels));
    return this.#exchanges.get(kernels);
  }
}
