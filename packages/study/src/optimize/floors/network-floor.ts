import {
  collectiveFitOf,
  createNetworkModel,
  leastFit,
  leastLatency,
  leastSerial,
  mostSentRate,
  type NetworkModel,
  peaksOf,
  sentRate,
  tabledShares,
} from "@tokenyard/cluster";
import type { ClusterSpec, CollectiveFit } from "@tokenyard/scenario";

/** Least seconds of some traffic: `latencySeconds`, and `secondsPerByte` for each byte. */
export interface LeastTraffic {
  readonly secondsPerByte: number;
  readonly latencySeconds: number;
}

/** More bytes than any plan sends; rings are as fast as trees from gigabytes on, if there are many nodes. */
const MANY_BYTES = 1e15;
const FEW_BYTES = 1;

/**
 * Least times of traffic wherever its ranks are: the least over all places in any plan. A network that is affine in the bytes, as
 * `two-tier` is except for its fitted collectives, or is the least of several that are, is evaluated at two small and two large sizes; any
 * other kind must state its least times here.
 */
export class NetworkFloor {
  /** Seconds for a byte that a rank sends or receives when it uses all its ports at once. */
  readonly exchangeSecondsPerByte: number;
  /** Seconds for a byte that a rank lacks in an all-gather. */
  readonly gatherSecondsPerByte: number;
  /** Least latency of an exchange; of a measured one, the part that its bytes never hide. */
  readonly leastLatencySeconds: number;
  /** Least latency of an all-gather. */
  readonly gatherLatencySeconds: number;
  readonly #network: NetworkModel;
  readonly #allReduceFit: CollectiveFit | undefined;
  readonly #gpusPerNode: number;
  readonly #allReduces = new Map<number, LeastTraffic>();
  readonly #sends = new Map<number, LeastTraffic>();
  /** Shares of the times without tables that measured traffic takes at least. */
  readonly #shares: ReturnType<typeof tabledShares>;

  constructor(cluster: ClusterSpec) {
    this.#shares = tabledShares(cluster);
    this.#network = createNetworkModel(withLeastGathers(cluster));
    this.#allReduceFit = collectiveFitOf(cluster, "all-reduce");
    this.#gpusPerNode = cluster.gpusPerNode;
    switch (cluster.network.kind) {
      case "two-tier": {
        const { node, fabric } = cluster.network;
        const peaks = peaksOf(cluster);
        this.exchangeSecondsPerByte = this.#shares.exchange / (peaks.nodeBytesPerSecond + peaks.fabricBytesPerSecond);
        const gather = collectiveFitOf(cluster, "all-gather");
        this.gatherSecondsPerByte =
          this.#shares.gather /
          Math.max(node.bandwidth, fabric.bandwidth, gather === undefined ? 0 : mostSentRate(gather, cluster.gpusPerNode)); // over the fabric, then in the node
        const latency = Math.min(node.latency, fabric.latency);
        const ofTwo = (fit: CollectiveFit | undefined) => (fit === undefined ? latency : Math.min(latency, leastLatency(fit, 2)));
        this.leastLatencySeconds =
          this.#shares.exchange * Math.min(ofTwo(collectiveFitOf(cluster, "all-to-all")), latency * Math.min(1, leastSerial(cluster) ?? 1));
        this.gatherLatencySeconds = this.#shares.gather * Math.min(ofTwo(gather), this.#network.latencySeconds(0, cluster.gpusPerNode)); // over the fabric it is of sends
      }
    }
  }

  /** All-reduce over `ranks` neighbours, the first of which is a multiple of `ranks`. */
  allReduce(ranks: number): LeastTraffic {
    return kept(this.#allReduces, ranks, () => {
      const share = this.#shares.allReduce;
      const starts = new Set(Array.from({ length: this.#gpusPerNode }, (_, i) => (i * ranks) % this.#gpusPerNode));
      return least(
        [...starts].map((start) => {
          const isInNode = start + ranks <= this.#gpusPerNode;
          if (this.#allReduceFit !== undefined && isInNode && ranks > 1) return ofFit(this.#allReduceFit, ranks);
          const group = Int32Array.from({ length: ranks }, (_, i) => start + i);
          return affine((bytes) => this.#network.allReduceSeconds(bytes, group));
        }),
        share,
      );
    });
  }

  /** All-gather of a buffer of which each of `ranks` ranks has a part, or a reduce-scatter. */
  allGather(ranks: number): LeastTraffic {
    return { secondsPerByte: (this.gatherSecondsPerByte * (ranks - 1)) / ranks, latencySeconds: this.gatherLatencySeconds };
  }

  /** Least traffic of a send from a rank to the one `distance` after it. */
  send(distance: number): LeastTraffic {
    return kept(this.#sends, distance, () => {
      const last = this.#gpusPerNode - 1; // rank 0 has its match as near as can be, the last of its node as far
      const sends = [0, last].map((from) => affine((bytes) => this.#network.sendSeconds(bytes, from, from + distance)));
      return least(sends, this.#shares.send);
    });
  }

  /** Latency from a rank to the one `distance` before it; 0 for itself. */
  latencySeconds(distance: number): number {
    const last = this.#gpusPerNode - 1;
    return Math.min(...[0, last].map((to) => this.#network.latencySeconds(to + distance, to)));
  }
}

/** Without tables, and with all-gathers in a node, which are a part of all-reduces over nodes, straight in the bytes and as fast as they can be. */
function withLeastGathers(cluster: ClusterSpec): ClusterSpec {
  const { files: _, ...network } = cluster.network;
  const fits = network.fits?.map((fit) => (fit.kind === "all-gather" ? leastFit(fit, cluster.gpusPerNode) : fit));
  return { ...cluster, network: fits === undefined ? network : { ...network, fits } };
}

/** Least latency and fastest bytes among the ways of a fitted all-reduce. */
function ofFit(fit: CollectiveFit, ranks: number): LeastTraffic {
  return { secondsPerByte: (2 * (ranks - 1)) / ranks / sentRate(fit, ranks), latencySeconds: leastLatency(fit, ranks) };
}

/** Lower bound of an affine function, or of the least of several: the latency of few bytes with the rate of many. */
function affine(seconds: (bytes: number) => number): LeastTraffic {
  return {
    secondsPerByte: (seconds(2 * MANY_BYTES) - seconds(MANY_BYTES)) / MANY_BYTES,
    latencySeconds: Math.max(0, 2 * seconds(FEW_BYTES) - seconds(2 * FEW_BYTES)),
  };
}

function least(all: readonly LeastTraffic[], share: number): LeastTraffic {
  return {
    secondsPerByte: share * Math.min(...all.map(({ secondsPerByte }) => secondsPerByte)),
    latencySeconds: share * Math.min(...all.map(({ latencySeconds }) => latencySeconds)),
  };
}

function kept<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
