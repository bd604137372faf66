import type { ClusterSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { peaksOf } from "../peaks.ts";
import { createNetworkModel } from "../policies.ts";
import { flowsOf } from "../token-flows.ts";
import type { ExchangeKernels } from "../traffic.ts";

/** A group of `ranks` and integer bytes [n × n] between them. */
export interface Exchange {
  readonly ranks: number[];
  readonly bytes: Float64Array;
}

/** Groups on the first `nodes` nodes, in any order. */
export function exchanges(gpusPerNode: number, nodes = 4): fc.Arbitrary<Exchange> {
  return fc
    .uniqueArray(fc.nat(gpusPerNode * nodes - 1), { minLength: 1, maxLength: 12 })
    .chain((ranks) =>
      fc
        .array(fc.oneof(fc.constant(0), fc.nat(1_000_000_000)), { minLength: ranks.length ** 2, maxLength: ranks.length ** 2 })
        .map((bytes) => ({ ranks, bytes: Float64Array.from(bytes) })),
    );
}

/** None, or some: no share can be taken of the smallest numbers that a computer has. */
const share = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1, noNaN: true }));

/** Bytes [n] through each port of each member, cell by cell. */
export function portBytes({ ranks, bytes }: Exchange, gpusPerNode: number) {
  const none = () => new Float64Array(ranks.length);
  const ports = { nodeOut: none(), nodeIn: none(), fabricOut: none(), fabricIn: none() };
  ranks.forEach((from, i) => {
    ranks.forEach((to, j) => {
      if (i === j) return;
      const near = Math.floor(from / gpusPerNode) === Math.floor(to / gpusPerNode);
      (near ? ports.nodeOut : ports.fabricOut)[i]! += bytes[i * ranks.length + j]!;
      (near ? ports.nodeIn : ports.fabricIn)[j]! += bytes[i * ranks.length + j]!;
    });
  });
  return ports;
}

/** What every network model owes, on a cluster of its kind. */
export function networkModelContract(name: string, cluster: ClusterSpec): void {
  const { gpusPerNode, network } = cluster;
  const { nodeBytesPerSecond: nodePeak, fabricBytesPerSecond: fabricPeak } = peaksOf(cluster);
  const fastest = Math.max(nodePeak, fabricPeak);
  const model = createNetworkModel(cluster);
  const allToAll = ({ ranks, bytes }: Exchange, kernels?: ExchangeKernels) => {
    const out = new Float64Array(ranks.length).fill(Number.NaN);
    model.allToAllSeconds(bytes, ranks, out, undefined, kernels);
    return out;
  };
  /** Counted twice: what was counted before is forgotten. */
  const portsOf = ({ ranks, bytes }: Exchange) => {
    const ports = model.copyPorts(ranks);
    for (const times of [3, 1]) {
      ports.clear();
      ranks.forEach((_, i) => {
        ranks.forEach((_, j) => {
          ports.send(i, j, bytes[i * ranks.length + j]! * times);
        });
      });
    }
    ports.end();
    return ports;
  };
  const kernels = fc.option(
    fc.record({
      dispatch: fc.constantFrom("per-token" as const, "per-copy" as const),
      phase: fc.constantFrom("dispatch" as const, "combine" as const),
      tokenBytes: fc.integer({ min: 1, max: 100_000 }),
    }),
    { nil: undefined },
  );
  const exchange = exchanges(gpusPerNode);
  const size = fc.integer({ min: 1, max: 1_000_000_000 });
  const group = exchange.map(({ ranks }) => ranks);
  /** The same place on a node that is renamed: nodes 0 … 3 in another order. */
  const renaming = fc
    .shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
    .map((order) => (rank: number) => order[Math.floor(rank / gpusPerNode)]! * gpusPerNode + (rank % gpusPerNode));

  describe(`the ${name} network`, () => {
    test("takes no time to move nothing", () => {
      fc.assert(
        fc.property(group, (ranks) => {
          expect(model.allReduceSeconds(0, ranks)).toBe(0);
          expect(model.allGatherSeconds(new Float64Array(ranks.length), ranks)).toBe(0);
          expect(model.broadcastSeconds(0, ranks)).toBe(0);
          expect(model.sendSeconds(0, ranks[0]!, ranks.at(-1)!)).toBe(0);
          expect([...allToAll({ ranks, bytes: new Float64Array(ranks.length ** 2) })]).toEqual(ranks.map(() => 0));
        }),
      );
    });

    test("takes a rank no time to move bytes to itself", () => {
      const traffic = { nodeBytes: 0, fabricBytes: 0 };
      expect(model.latencySeconds(3, 3)).toBe(0);
      expect(model.sendSeconds(1e9, 3, 3, traffic)).toBe(0);
      expect(model.allReduceSeconds(1e9, [3], traffic)).toBe(0);
      expect(model.allGatherSeconds(Float64Array.of(1e9), [3], traffic)).toBe(0);
      expect(model.broadcastSeconds(1e9, [3], traffic)).toBe(0);
      expect([...allToAll({ ranks: [3, 4], bytes: Float64Array.of(1e9, 0, 0, 1e9) })]).toEqual([0, 0]);
      expect(traffic).toEqual({ nodeBytes: 0, fabricBytes: 0 });
    });

    test("lets no send beat its bytes over the bandwidth, nor its latency", () => {
      fc.assert(
        fc.property(size, fc.nat(31), fc.nat(31), (bytes, from, to) => {
          fc.pre(from !== to);
          const seconds = model.sendSeconds(bytes, from, to);
          expect(seconds).toBeGreaterThanOrEqual(bytes / fastest);
          expect(seconds).toBeGreaterThanOrEqual(model.latencySeconds(from, to));
        }),
      );
    });

    test("lets no all-reduce beat the 2(n − 1)/n of its bytes that each rank must send, nor the traffic it reports", () => {
      fc.assert(
        fc.property(size, group, (bytes, ranks) => {
          const n = ranks.length;
          const traffic = { nodeBytes: 0, fabricBytes: 0 };
          const seconds = model.allReduceSeconds(bytes, ranks, traffic) * (1 + 1e-12);
          expect(seconds).toBeGreaterThanOrEqual(((2 * (n - 1)) / n) * (bytes / fastest));
          expect(seconds).toBeGreaterThanOrEqual(traffic.nodeBytes / n / nodePeak);
          expect(seconds).toBeGreaterThanOrEqual(traffic.fabricBytes / n / fabricPeak);
          expect(traffic.nodeBytes + traffic.fabricBytes).toBeGreaterThanOrEqual(2 * (n - 1) * bytes);
        }),
      );
    });

    test("lets no all-gather beat the bytes that a rank lacks, nor the traffic it reports, and takes equal parts at most as long as their all-reduce", () => {
      fc.assert(
        fc.property(size, exchange, (part, { ranks, bytes }) => {
          const n = ranks.length;
          const brought = bytes.slice(0, n);
          const all = brought.reduce((sum, each) => sum + each, 0);
          const traffic = { nodeBytes: 0, fabricBytes: 0 };
          const seconds = model.allGatherSeconds(brought, ranks, traffic) * (1 + 1e-12);
          const ports = nodePeak + fabricPeak;
          expect(seconds).toBeGreaterThanOrEqual((all - Math.min(...brought)) / (n * ports));
          expect(seconds).toBeGreaterThanOrEqual(traffic.nodeBytes / n / nodePeak);
          expect(seconds).toBeGreaterThanOrEqual(traffic.fabricBytes / n / fabricPeak);
          expect(traffic.nodeBytes + traffic.fabricBytes).toBeCloseTo((n - 1) * all, 0);
          if (network.allReduce === "fitted") return; // an all-gather may be another library's than the all-reduce
          const equal = new Float64Array(n).fill(part);
          expect(model.allGatherSeconds(equal, ranks)).toBeLessThanOrEqual(model.allReduceSeconds(n * part, ranks) * (1 + 1e-12));
        }),
      );
    });

    test("lets no broadcast beat its bytes, which every rank but the first gets once, and takes no longer than an all-gather of as many from each", () => {
      fc.assert(
        fc.property(size, group, (bytes, ranks) => {
          const n = ranks.length;
          fc.pre(n > 1);
          const traffic = { nodeBytes: 0, fabricBytes: 0 };
          const seconds = model.broadcastSeconds(bytes, ranks, traffic) * (1 + 1e-12);
          expect(seconds).toBeGreaterThanOrEqual(bytes / fastest);
          expect(traffic.nodeBytes + traffic.fabricBytes).toBe((n - 1) * bytes);
          expect(seconds).toBeGreaterThan(model.broadcastSeconds(bytes / 2, ranks));
          const each = new Float64Array(n).fill(bytes);
          expect(model.broadcastSeconds(bytes, ranks)).toBeLessThanOrEqual(model.allGatherSeconds(each, ranks) * (1 + 1e-12));
        }),
      );
    });

    test("takes no collective longer for fewer bytes", () => {
      fc.assert(
        fc.property(exchange, size, share, ({ ranks, bytes }, whole, share) => {
          const longer = 1 + 1e-12;
          expect(model.allReduceSeconds(share * whole, ranks)).toBeLessThanOrEqual(model.allReduceSeconds(whole, ranks) * longer);
          expect(model.broadcastSeconds(share * whole, ranks)).toBeLessThanOrEqual(model.broadcastSeconds(whole, ranks) * longer);
          const brought = bytes.slice(0, ranks.length);
          const less = brought.map((each) => share * each);
          expect(model.allGatherSeconds(less, ranks)).toBeLessThanOrEqual(model.allGatherSeconds(brought, ranks) * longer);
        }),
      );
    });

    test("lets no all-reduce or broadcast over nodes beat that of one rank of each, which has its share of the bytes or all", () => {
      fc.assert(
        fc.property(size, group, (bytes, ranks) => {
          const nodeOf = (rank: number) => Math.floor(rank / gpusPerNode);
          const firsts = ranks.filter((rank, i) => ranks.findIndex((other) => nodeOf(other) === nodeOf(rank)) === i);
          fc.pre(firsts.length > 1);
          const fewest = Math.min(...firsts.map((first) => ranks.filter((rank) => nodeOf(rank) === nodeOf(first)).length));
          const longer = 1 + 1e-12;
          expect(model.allReduceSeconds(bytes / fewest, firsts)).toBeLessThanOrEqual(model.allReduceSeconds(bytes, ranks) * longer);
          expect(model.broadcastSeconds(bytes, firsts)).toBeLessThanOrEqual(model.broadcastSeconds(bytes, ranks) * longer);
        }),
      );
    });

    test("lets no rank of an all-to-all beat any of its ports, whatever kernels carry it", () => {
      fc.assert(
        fc.property(exchange, kernels, (given, carriers) => {
          const ports = portBytes(given, gpusPerNode);
          allToAll(given, carriers).forEach((seconds, i) => {
            expect(seconds * (1 + 1e-12)).toBeGreaterThanOrEqual(Math.max(ports.nodeOut[i]!, ports.nodeIn[i]!) / nodePeak);
            expect(seconds * (1 + 1e-12)).toBeGreaterThanOrEqual(Math.max(ports.fabricOut[i]!, ports.fabricIn[i]!) / fabricPeak);
          });
        }),
      );
    });

    test("takes no exchange longer for fewer bytes, and none at all for none", () => {
      fc.assert(
        fc.property(exchange, kernels, share, (given, carriers, share) => {
          const less = { ranks: given.ranks, bytes: given.bytes.map((bytes) => share * bytes) };
          const [whole, part] = [allToAll(given, carriers), allToAll(less, carriers)];
          part.forEach((seconds, i) => {
            expect(seconds).toBeLessThanOrEqual(whole[i]! * (1 + 1e-12));
          });
          const none = { ranks: given.ranks, bytes: new Float64Array(given.bytes.length) };
          expect([...allToAll(none, carriers)]).toEqual(given.ranks.map(() => 0));
        }),
      );
    });

    test("takes a combine as long as its dispatch where it says so, bytes being equal", () => {
      if (!model.turnsRound) return;
      fc.assert(
        fc.property(exchange, kernels, (given, carriers) => {
          const turned = allToAll(given, carriers && { ...carriers, phase: "combine" });
          expect(turned).toEqual(allToAll(given, carriers && { ...carriers, phase: "dispatch" }));
        }),
      );
    });

    test("reports the traffic of an all-to-all to the byte, on top of what was there before", () => {
      fc.assert(
        fc.property(exchange, size, (given, before) => {
          const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
          const ports = portBytes(given, gpusPerNode);
          const traffic = { nodeBytes: before, fabricBytes: 2 * before };
          model.allToAllSeconds(given.bytes, given.ranks, new Float64Array(given.ranks.length), traffic);
          expect(traffic).toEqual({ nodeBytes: before + sum(ports.nodeOut), fabricBytes: 2 * before + sum(ports.fabricOut) });
        }),
      );
    });

    test("inside a node exchanges tokens as it does an all-to-all, and over nodes lets none beat what must come in, nor the bytes it reports", () => {
      fc.assert(
        fc.property(exchange, kernels, share, (given, carriers, shared) => {
          const { ranks, bytes } = given;
          const n = ranks.length;
          const nodes = [...new Set(ranks.map((rank) => Math.floor(rank / gpusPerNode)))];
          const nodeOf = ranks.map((rank) => nodes.indexOf(Math.floor(rank / gpusPerNode)));
          // what crosses to a node: between the most that any rank there gets and all of it
          const toNodes = Float64Array.from({ length: n * nodes.length }, (_, at) => {
            const [from, node] = [Math.floor(at / nodes.length), at % nodes.length];
            const there = ranks.map((_, to) => (nodeOf[to] === node ? bytes[from * n + to]! : 0));
            const most = Math.max(...there);
            return most + shared * (there.reduce((sum, each) => sum + each, 0) - most);
          });
          const out = new Float64Array(n).fill(Number.NaN);
          const traffic = { nodeBytes: 0, fabricBytes: 0 };
          model.tokenExchangeSeconds(flowsOf(bytes, toNodes, n), 1, ranks, out, traffic, carriers);
          if (nodes.length === 1) expect(out).toEqual(allToAll(given, carriers));
          const sent = (of: (from: number, to: number) => boolean) =>
            ranks.reduce((sum, _, from) => sum + ranks.reduce((row, __, to) => row + (of(from, to) ? bytes[from * n + to]! : 0), 0), 0);
          const apart = sent((from, to) => from !== to);
          expect(traffic.nodeBytes).toBeGreaterThanOrEqual(sent((from, to) => from !== to && nodeOf[from] === nodeOf[to]) - 1);
          expect(traffic.nodeBytes + traffic.fabricBytes).toBeGreaterThanOrEqual(apart * (1 - 1e-12));
          const most = Math.max(...out) * (1 + 1e-12);
          expect(most).toBeGreaterThanOrEqual(traffic.nodeBytes / n / nodePeak);
          expect(most).toBeGreaterThanOrEqual(traffic.fabricBytes / n / fabricPeak);
        }),
      );
    });

    test("exchanges copies that are listed as those of a table", () => {
      fc.assert(
        fc.property(exchange, kernels, (given, carriers) => {
          const { ranks, bytes } = given;
          const [reported, listed] = [0, 1].map(() => ({ nodeBytes: 0, fabricBytes: 0 }));
          const out = new Float64Array(ranks.length).fill(Number.NaN);
          const table = new Float64Array(ranks.length);
          model.allToAllSeconds(bytes, ranks, table, reported, carriers);
          model.copyExchangeSeconds(portsOf(given), 1, out, listed, carriers);
          expect(out).toEqual(table);
          expect(listed).toEqual(reported);
        }),
      );
    });

    test("takes as long for few copies whenever it is asked", () => {
      const few = exchange.map(({ ranks, bytes }) => ({ ranks, bytes: bytes.map((n) => n % 9) }));
      fc.assert(
        fc.property(fc.array(few, { minLength: 1, maxLength: 4 }), kernels, fc.integer({ min: 1, max: 9 }), (all, carriers, times) => {
          const copyBytes = carriers?.tokenBytes ?? times;
          for (const given of [...all, ...all]) {
            const { ranks, bytes: copies } = given;
            const out = new Float64Array(ranks.length);
            model.copyExchangeSeconds(portsOf(given), copyBytes, out, undefined, carriers);
            expect(out).toEqual(allToAll({ ranks, bytes: copies.map((n) => n * copyBytes) }, carriers));
          }
        }),
      );
    });

    test("of copies, reports that each member sends or gets at most what it reports of their exchange, where it reports anything", () => {
      fc.assert(
        fc.property(
          fc.oneof(exchange, exchanges(gpusPerNode, 1)),
          kernels,
          fc.integer({ min: 1, max: 9 }),
          (given, carriers, copyBytes) => {
            const { ranks, bytes: copies } = given;
            const n = ranks.length;
            const out = new Float64Array(n);
            model.copyExchangeSeconds(portsOf(given), copyBytes, out, undefined, carriers);
            ranks.forEach((_, i) => {
              const others = ranks.map((_, j) => j).filter((j) => j !== i);
              const sent = others.reduce((sum, j) => sum + copies[i * n + j]!, 0);
              const got = others.reduce((sum, j) => sum + copies[j * n + i]!, 0);
              const reported = model.mostCopiesSeconds?.(Math.max(sent, got), copyBytes, ranks, carriers);
              expect(reported ?? out[i]).toBe(out[i]);
            });
          },
        ),
      );
    });

    test("does not care which of equal nodes is which", () => {
      fc.assert(
        fc.property(exchange, size, renaming, (given, bytes, renamed) => {
          const ranks = given.ranks.map(renamed);
          expect(model.allReduceSeconds(bytes, ranks)).toBe(model.allReduceSeconds(bytes, given.ranks));
          expect(model.allGatherSeconds(given.bytes.slice(0, ranks.length), ranks)).toBe(
            model.allGatherSeconds(given.bytes.slice(0, ranks.length), given.ranks),
          );
          expect(allToAll({ ranks, bytes: given.bytes })).toEqual(allToAll(given));
          expect(model.sendSeconds(bytes, ranks[0]!, ranks.at(-1)!)).toBe(model.sendSeconds(bytes, given.ranks[0]!, given.ranks.at(-1)!));
        }),
      );
    });

    test("does not care in which order a group is written", () => {
      fc.assert(
        fc.property(exchange, size, ({ ranks, bytes }, reduced) => {
          const turned = { ranks: ranks.toReversed(), bytes: bytes.toReversed() }; // cell (i, j) becomes (n−1−i, n−1−j)
          expect(allToAll(turned).toReversed()).toEqual(allToAll({ ranks, bytes }));
          expect(model.allReduceSeconds(reduced, turned.ranks)).toBe(model.allReduceSeconds(reduced, ranks));
          const brought = bytes.slice(0, ranks.length);
          expect(model.allGatherSeconds(brought.toReversed(), turned.ranks)).toBe(model.allGatherSeconds(brought, ranks));
        }),
      );
    });

    test("gives a group's time alike when it meets the same array again", () => {
      fc.assert(
        fc.property(exchange, exchange, (given, other) => {
          const first = allToAll(given);
          allToAll(other);
          expect(allToAll(given)).toEqual(first);
        }),
      );
    });
  });
}
