import type { ClusterSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { peaksOf } from "../peaks.ts";
import { createNetworkModel } from "../policies.ts";
import { flowsOf } from "../token-flows.ts";
import { type Exchange, exchanges, networkModelContract, portBytes } from "./network-model.contract.ts";

function cluster(allReduce: ClusterSpec["network"]["allReduce"], gpusPerNode = 8): ClusterSpec {
  return {
    gpu: {
      compute: 400e12,
      computeEfficiency: 1,
      bandwidth: 1.8e12,
      bandwidthEfficiency: 1,
      memory: 64e9,
      memoryShare: 0.9,
      launch: 0,
    },
    gpusPerNode,
    kernels: { kind: "roofline" },
    network: {
      kind: "two-tier",
      node: { bandwidth: 450e9, latency: 2e-6 },
      fabric: { bandwidth: 50e9, latency: 5e-6 },
      allReduce,
    },
  };
}
const ring = createNetworkModel(cluster("ring"));

networkModelContract("two-tier", cluster("ring", 4));
networkModelContract("two-tier two-shot", cluster("two-shot", 8));
networkModelContract("two-tier one-shot", cluster("one-shot", 4));
networkModelContract("two-tier fastest", cluster("fastest", 8));
networkModelContract("two-tier fitted", withFits(8));

/** Traffic of imagined measurements. */
function withFits(gpusPerNode: number): ClusterSpec {
  const plain = cluster("fitted", gpusPerNode);
  const same = {
    on: "a-node",
    small: { latency: 3e-6, perPeer: 1e-6, bandwidth: 10e9 },
    medium: { latency: 12e-6, perPeer: 2e-6, bandwidth: 100e9 },
    large: { latency: 40e-6, perPeer: 0, bandwidth: 500e9, buffer: 1e12 },
  };
  const of = { on: "a-node", kind: "exchange", library: "deepep" } as const;
  const kernels = { perMultiprocessor: 10e9, multiprocessors: 20 };
  const ofTokens = { perCopy: 0.1e-6, first: 3e9, fill: 12e-6 };
  const exchanges = (["dispatch", "combine"] as const).flatMap((phase) => {
    const longer = phase === "combine" ? 2 : 1;
    return [
      { ...of, over: "node", dispatch: "per-copy", phase, latency: 1.5 * longer, bandwidth: 1.1, serial: 0.3 },
      { ...of, over: "fabric", dispatch: "per-copy", phase, latency: 2 * longer, perDoubling: 0.5, bandwidth: 0.9, serial: 1 },
      { ...of, over: "node", dispatch: "per-token", phase, latency: 3 * longer, bandwidth: 1.5, serial: 1, ...kernels, ...ofTokens },
      { ...of, over: "fabric", dispatch: "per-token", phase, latency: 4 * longer, perDoubling: 1, bandwidth: 0.8, serial: 1, ...kernels },
    ] as const;
  });
  const fits = [
    { kind: "all-reduce" as const, library: "nccl" as const, ...same, upTo: 1e6 },
    { kind: "all-reduce" as const, library: "vllm" as const, ...same },
    { kind: "all-gather" as const, library: "nccl" as const, ...same },
    { kind: "all-to-all" as const, library: "nccl" as const, ...same, small: { ...same.small, latency: 9e-6 } },
    ...exchanges,
    { kind: "send" as const, library: "nccl" as const, on: "a-node", over: "fabric" as const, latency: 2, bandwidth: 0.75 },
  ];
  return { ...plain, network: { ...plain.network, fits } };
}

const us = (seconds: number) => seconds * 1e6;

test("ranks of a node are near, ranks of two nodes are far", () => {
  expect(ring.latencySeconds(0, 7)).toBe(2e-6);
  expect(ring.latencySeconds(7, 8)).toBe(5e-6);
  expect(us(ring.sendSeconds(9e6, 0, 7))).toBeCloseTo(22, 9); // 9 MB / 450 GB/s + 2
  expect(us(ring.sendSeconds(9e6, 7, 8))).toBeCloseTo(185, 9); // 9 MB / 50 GB/s + 5
});

test("a ring all-reduce of 9 MB over the 8 ranks of a node takes 63 us", () => {
  // 2·7/8 · 9 MB / 450 GB/s + 2·7 · 2 us = 35 + 28
  expect(us(ring.allReduceSeconds(9e6, [0, 1, 2, 3, 4, 5, 6, 7]))).toBeCloseTo(63, 9);
});

test("a two-shot all-reduce of it has one latency, and takes 37 us; one-shot each sends all of it to 7 others, in 142 us", () => {
  const node = [0, 1, 2, 3, 4, 5, 6, 7];
  const traffic = { nodeBytes: 0, fabricBytes: 0 };
  expect(us(createNetworkModel(cluster("two-shot")).allReduceSeconds(9e6, node))).toBeCloseTo(37, 9); // 35 + 2
  expect(us(createNetworkModel(cluster("one-shot")).allReduceSeconds(9e6, node, traffic))).toBeCloseTo(142, 9); // 7 · 20 + 2
  expect(traffic).toEqual({ nodeBytes: 504e6, fabricBytes: 0 }); // 8 · 7 · 9 MB
  expect(us(createNetworkModel(cluster("fastest")).allReduceSeconds(9e6, node))).toBeCloseTo(37, 9);
});

test("the fastest all-reduce takes as long as the fastest of the three", () => {
  const kinds = (["ring", "two-shot", "one-shot"] as const).map((kind) => createNetworkModel(cluster(kind)));
  fc.assert(
    fc.property(fc.nat(1_000_000_000), fc.uniqueArray(fc.nat(31), { minLength: 1 }), (bytes, ranks) => {
      const seconds = kinds.map((model) => model.allReduceSeconds(bytes, ranks));
      expect(createNetworkModel(cluster("fastest")).allReduceSeconds(bytes, ranks)).toBe(Math.min(...seconds));
    }),
  );
});

test("an all-gather in a node takes what the one with the fewest bytes lacks: 9 MB of 8 ranks half of their all-reduce", () => {
  const node = [0, 1, 2, 3, 4, 5, 6, 7];
  const even = new Float64Array(8).fill(9e6 / 8);
  expect(us(ring.allGatherSeconds(even, node))).toBeCloseTo(31.5, 9); // 7/8 · 20 us + 7 · 2 us
  expect(us(createNetworkModel(cluster("two-shot")).allGatherSeconds(even, node))).toBeCloseTo(19.5, 9); // 17.5 + 2
  expect(us(ring.allGatherSeconds(Float64Array.of(9e6, 0, 0), [0, 1, 2]))).toBeCloseTo(24, 9); // 20 us + 2 · 2 us
});

test("an all-gather of 9 MB over 2 nodes with 4 ranks each gathers over the fabric, then in the nodes: 48.5 us", () => {
  // a rank gets a quarter of the other node's 4.5 MB: 1.125 MB / 50 GB/s + 5 us = 27.5; then 3/4 · 9 MB / 450 GB/s + 3 · 2 us = 15 + 6
  const traffic = { nodeBytes: 0, fabricBytes: 0 };
  const even = new Float64Array(8).fill(9e6 / 8);
  expect(us(ring.allGatherSeconds(even, [0, 1, 2, 3, 8, 9, 10, 11], traffic))).toBeCloseTo(48.5, 9); // half of 97
  expect(traffic).toEqual({ nodeBytes: 54e6, fabricBytes: 9e6 }); // (8 − 2) · 9 MB, (2 − 1) · 9 MB
});

test("a broadcast of 9 MB takes its bytes once, and a latency for each hop: 34 us in a ring of 8, 191 us over 2 nodes with 4 ranks each", () => {
  const node = [0, 1, 2, 3, 4, 5, 6, 7];
  expect(us(ring.broadcastSeconds(9e6, node))).toBeCloseTo(34, 9); // 20 us + 7 · 2 us
  expect(us(createNetworkModel(cluster("two-shot")).broadcastSeconds(9e6, node))).toBeCloseTo(22, 9);
  const traffic = { nodeBytes: 0, fabricBytes: 0 };
  expect(us(ring.broadcastSeconds(9e6, [0, 1, 2, 3, 8, 9, 10, 11], traffic))).toBeCloseTo(191, 9); // 9 MB / 50 GB/s + 5 us + 3 · 2 us
  expect(traffic).toEqual({ nodeBytes: 54e6, fabricBytes: 9e6 });
  expect(us(ring.broadcastSeconds(9e6, [0, 8]))).toBeCloseTo(185, 9);
});

test("an all-reduce over 2 nodes with 4 ranks each reduces in the nodes, then a quarter over the fabric: 97 us", () => {
  // in the nodes 2·(3/4 · 9 MB / 450 GB/s + 3 · 2 us) = 2·(15 + 6) = 42
  // between them 2·1/2 · (9 MB / 4) / 50 GB/s + 2·1 · 5 us = 45 + 10 = 55
  const traffic = { nodeBytes: 0, fabricBytes: 0 };
  expect(us(ring.allReduceSeconds(9e6, [0, 1, 2, 3, 8, 9, 10, 11], traffic))).toBeCloseTo(97, 9);
  expect(traffic).toEqual({ nodeBytes: 108e6, fabricBytes: 18e6 }); // 2·(8 − 2)·9 MB, 2·(2 − 1)·9 MB
});

test("unequal nodes wait for the fullest inside, and for the emptiest between", () => {
  // 3 ranks and 1: in the nodes 2·(2/3 · 20 us + 2 · 2 us) = 34.667; between them 2·1/2 · 9 MB/1 / 50 GB/s + 10 us = 190
  expect(us(ring.allReduceSeconds(9e6, [0, 1, 2, 8]))).toBeCloseTo(224.667, 3);
});

test("with one rank on each node the all-reduce is a ring over the fabric", () => {
  expect(us(ring.allReduceSeconds(9e6, [0, 8, 16, 24]))).toBeCloseTo(300, 9); // 2·3/4 · 180 us + 2·3 · 5 us
});

test("in an all-to-all of one node each rank takes its busier port and one latency, 7 % longer for each doubling of its peers", () => {
  const out = new Float64Array(3);
  const bytes = Float64Array.of(7e9, 9e5, 18e5, 0, 7e9, 4.5e5, 0, 0, 7e9); // what stays at home costs nothing
  ring.allToAllSeconds(bytes, [0, 1, 2], out);
  expect(us(out[0]!)).toBeCloseTo(8.14, 9); // out 2.7 MB / 450 GB/s = 6, and 2 · 1.07 for two peers
  expect(us(out[1]!)).toBeCloseTo(4, 9); // in 0.9 MB: 2 (out 0.45 MB: 1), and 2: one peer in each direction
  expect(us(out[2]!)).toBeCloseTo(7.14, 9); // in 2.25 MB: 5, and 2 · 1.07
});

test("over two nodes a rank's fabric port and its node port work side by side, and the larger latency counts", () => {
  const out = new Float64Array(4);
  const traffic = { nodeBytes: 0, fabricBytes: 0 };
  const bytes = Float64Array.of(0, 9e5, 1e5, 0, 0, 0, 2e5, 0, 0, 0, 0, 4.5e5, 0, 0, 0, 0);
  ring.allToAllSeconds(bytes, [0, 1, 8, 9], out, traffic);
  expect(us(out[0]!)).toBeCloseTo(7, 9); // node out 0.9 MB: 2; fabric out 0.1 MB: 2; latency 5
  expect(us(out[1]!)).toBeCloseTo(9, 9); // node in 0.9 MB: 2; fabric out 0.2 MB: 4; latency 5
  expect(us(out[2]!)).toBeCloseTo(12, 9); // fabric in 0.3 MB: 6; node out 0.45 MB: 1; latency 5 · 1.2 for two peers
  expect(us(out[3]!)).toBeCloseTo(3, 9); // node in 0.45 MB: 1; latency 2: it does not use the fabric
  expect(traffic).toEqual({ nodeBytes: 13.5e5, fabricBytes: 3e5 });
});

test("what goes once to a node crosses to the rank of the sender's place, who hands it on: its two tiers work side by side, with both latencies", () => {
  const out = new Float64Array(4);
  const traffic = { nodeBytes: 0, fabricBytes: 0 };
  // rank 0 sends 9 MB to its neighbour 1, and 4.5 MB to each of 8 and 9, of which all that 9 gets 8 gets too
  const toRanks = Float64Array.of(0, 9e6, 4.5e6, 4.5e6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const toNodes = Float64Array.of(13.5e6, 4.5e6, 0, 0, 0, 0, 0, 0);
  ring.tokenExchangeSeconds(flowsOf(toRanks, toNodes, 4), 1, [0, 1, 8, 9], out, traffic);
  expect(us(out[0]!)).toBeCloseTo(97, 9); // fabric 4.5 MB: 90; node 9 MB: 20; 5 + 2
  expect(us(out[1]!)).toBeCloseTo(22, 9); // node in 9 MB
  expect(us(out[2]!)).toBeCloseTo(97, 9); // fabric in 4.5 MB: 90; hands 4.5 MB on: 10; 5 + 2
  expect(us(out[3]!)).toBeCloseTo(12, 9); // node in 4.5 MB: 10 + 2
  expect(traffic).toEqual({ nodeBytes: 13.5e6, fabricBytes: 4.5e6 });
});

/** Members that member i sends to, or hears from, in its node or out of it: whichever are more. */
function peersOf({ ranks, bytes }: Exchange, i: number, isNear: boolean, gpusPerNode: number): number {
  const node = (rank: number) => Math.floor(rank / gpusPerNode);
  const others = ranks.map((_, j) => j).filter((j) => j !== i && (node(ranks[i]!) === node(ranks[j]!)) === isNear);
  const sent = others.filter((j) => bytes[i * ranks.length + j]! > 0);
  const heard = others.filter((j) => bytes[j * ranks.length + i]! > 0);
  return Math.max(sent.length, heard.length);
}

/** So much more for each doubling of peers, none without. */
function grown(latency: number, share: number, peers: number): number {
  return peers === 0 ? 0 : latency * (1 + share * Math.ceil(Math.log2(peers)));
}

test("the growth of latency with peers is the scenario's: 0 % is none", () => {
  const { network, ...rest } = cluster("ring");
  const out = new Float64Array(3);
  const bytes = Float64Array.of(0, 9e5, 18e5, 0, 0, 0, 0, 0, 0);
  const seconds = (node: number) => {
    createNetworkModel({ ...rest, network: { ...network, peerLatency: { node, fabric: 0 } } }).allToAllSeconds(bytes, [0, 1, 2], out);
    return us(out[0]!);
  };
  expect(seconds(0)).toBeCloseTo(8, 9);
  expect(seconds(0.5)).toBeCloseTo(9, 9);
});

test("a rank's time is that of its busiest port, counted cell by cell, and the largest latency of the tiers it uses", () => {
  const model = createNetworkModel(cluster("ring", 4));
  fc.assert(
    fc.property(exchanges(4), (given) => {
      const { nodeOut, nodeIn, fabricOut, fabricIn } = portBytes(given, 4);
      const out = new Float64Array(given.ranks.length);
      model.allToAllSeconds(given.bytes, given.ranks, out);
      out.forEach((seconds, i) => {
        const busiest = Math.max(nodeOut[i]! / 450e9, nodeIn[i]! / 450e9, fabricOut[i]! / 50e9, fabricIn[i]! / 50e9);
        const [near, far] = [true, false].map((isNear) => peersOf(given, i, isNear, 4));
        const latency = Math.max(grown(2e-6, 0.07, near!), grown(5e-6, 0.2, far!));
        expect(seconds).toBeCloseTo(busiest + latency, 15);
      });
    }),
  );
});

test("the models are named as the report names them", () => {
  expect(ring.name).toBe("two-tier network, ring all-reduce");
  expect(createNetworkModel(cluster("two-shot")).name).toBe("two-tier network, two-shot all-reduce");
});

test("a fitted all-reduce takes the fastest of three ways, each with its latency by peers", () => {
  const network = createNetworkModel(withFits(8));
  const ranks = (n: number) => Array.from({ length: n }, (_, i) => i);
  expect(us(network.allReduceSeconds(640, ranks(2)))).toBeCloseTo(3.064, 9); // 3 + 640 B at 10 GB/s, of vLLM unless kernels are another library's
  expect(us(network.allReduceSeconds(640, ranks(8)))).toBeCloseTo(9.112, 9); // 3 + 6 · 1, 1,120 B sent
  expect(us(network.allReduceSeconds(800e3, ranks(8)))).toBeCloseTo(38, 9); // 12 + 6 · 2, 1.4 MB at 100 GB/s 14 us
  expect(us(network.allReduceSeconds(8e6, ranks(8)))).toBeCloseTo(76, 9); // 40 + 14 MB at 500 GB/s 28 us + 8 MB at 1 TB/s 8 us
  expect(us(network.allGatherSeconds(Float64Array.of(1e6, 1e6, 1e6, 1e6), ranks(4)))).toBeCloseTo(46, 9); // 12 + 2 · 2, 3 MB at 100 GB/s
});

test("beyond eight ranks each doubling adds what the last measured one did", () => {
  const network = createNetworkModel(withFits(32));
  const ranks = (n: number) => Array.from({ length: n }, (_, i) => i);
  expect(us(network.allReduceSeconds(640, ranks(16)))).toBeCloseTo(13.12, 9); // 3 + (6 + 4) · 1, 1,200 B sent
  expect(us(network.allReduceSeconds(640, ranks(24)))).toBeCloseTo(15.12267, 4); // half way to 32: 3 + (6 + 4 + 2) · 1
});

describe("a switch that adds up on the way", () => {
  const given = withFits(8);
  const fits = given.network.fits!;
  /** With all-reduces that it carries at so many bytes a second. */
  const switched = (rate: number): ClusterSpec => ({
    ...given,
    network: { ...given.network, fits: fits.map((fit) => (fit.kind === "all-reduce" ? { ...fit, switched: rate } : fit)) },
  });
  const ranks = (n: number) => Array.from({ length: n }, (_, i) => i);

  test("carries (n + 1)/n of the buffer for each rank, where they send 2(n − 1)/n", () => {
    const network = createNetworkModel(switched(400e9));
    // 9 MB for eight ranks at 400 GB/s 22.5 us instead of 14 MB in 28 us; for two 12 MB in 30 us, where they take 16; 8 us and 40 us beside either
    expect(us(network.allReduceSeconds(8e6, ranks(8)))).toBeCloseTo(70.5, 9);
    expect(us(network.allReduceSeconds(8e6, ranks(2)))).toBeCloseTo(64, 9);
  });

  test("is used where it is faster, and never beats the peak that utilisation is measured against", () => {
    const sizes = fc.record({
      bytes: fc.integer({ min: 1, max: 1e9 }),
      n: fc.integer({ min: 2, max: 8 }),
      rate: fc.integer({ min: 1e9, max: 1e12 }),
    });
    const plain = createNetworkModel(given);
    fc.assert(
      fc.property(sizes, ({ bytes, n, rate }) => {
        const cluster = switched(rate);
        const seconds = createNetworkModel(cluster).allReduceSeconds(bytes, ranks(n));
        expect(seconds).toBeLessThanOrEqual(plain.allReduceSeconds(bytes, ranks(n)));
        expect(((2 * (n - 1)) / n) * bytes).toBeLessThanOrEqual(seconds * peaksOf(cluster).nodeBytesPerSecond * (1 + 1e-12));
      }),
    );
  });
});

const PER_COPY = { dispatch: "per-copy", phase: "dispatch", tokenBytes: 9000 } as const;
const PER_TOKEN = { dispatch: "per-token", phase: "dispatch", tokenBytes: 9000 } as const;

test("low-latency kernels in a node take 1.5 of its latencies beside 1.1 of its bandwidth, and twice that latency on the way back", () => {
  const network = createNetworkModel(withFits(8));
  const out = new Float64Array(2);
  const seconds = (bytes: number, phase: "dispatch" | "combine") => {
    network.allToAllSeconds(Float64Array.of(0, bytes, 0, 0), [0, 1], out, undefined, { ...PER_COPY, phase });
    return us(out[0]!);
  };
  // a = 3 us, b = 9.9 MB / 495 GB/s = 20 us, a third of the shorter is seen: (23 + sqrt(17² + 4 · 0.3 · 60)) / 2
  expect(seconds(9.9e6, "dispatch")).toBeCloseTo((23 + Math.sqrt(289 + 72)) / 2, 9);
  expect(seconds(9.9e6, "combine")).toBeCloseTo((26 + Math.sqrt(196 + 144)) / 2, 9);
});

test("normal kernels are limited by their multiprocessors, which take time for each copy, and neither side hides the other until buffers are full", () => {
  const network = createNetworkModel(withFits(8));
  const out = new Float64Array(2);
  network.allToAllSeconds(Float64Array.of(0, 9e6, 0, 0), [0, 1], out, undefined, PER_TOKEN);
  // 3 · 2 us, the first 9 kB at 3 GB/s 3 us, 9 MB at 20 · 10 GB/s 45 us (at 1.5 · 450 GB/s 13), 1,000 copies at 0.1 us / 20 5 us, 12 us to fill
  expect(us(out[0]!)).toBeCloseTo(71, 9);
  const given = withFits(8);
  const shared = createNetworkModel({ ...given, gpu: { ...given.gpu, multiprocessors: 100, communicationShare: 0.45 } });
  shared.allToAllSeconds(Float64Array.of(0, 9e6, 0, 0), [0, 1], out, undefined, PER_TOKEN);
  expect(us(out[0]!)).toBeCloseTo(43.222222, 5); // 45 of them: 20 us and 2.2 us
  network.allToAllSeconds(Float64Array.of(0, 90e3, 0, 0), [0, 1], out, undefined, PER_TOKEN);
  expect(us(out[0]!)).toBeCloseTo(10, 9); // 6 + 3, and 0.45 + 0.05 us twice
});

test("over nodes an exchange takes latencies by doublings of the nodes, and what crosses the fabric", () => {
  const network = createNetworkModel(withFits(4));
  const out = new Float64Array(4);
  const toNodes = Float64Array.from({ length: 16 }, (_, at) => (at > 0 && at < 4 ? 9000 : 0));
  const toRanks = Float64Array.from({ length: 16 }, (_, at) => (at > 0 && at < 4 ? 9000 : 0));
  network.allToAllSeconds(toRanks, [0, 4, 8, 12], out, undefined, PER_COPY);
  expect(us(out[0]!)).toBeCloseTo(15.6, 9); // (2 + 2 · 0.5) · 5 us, 27 kB at 45 GB/s 0.6 us
  network.tokenExchangeSeconds(flowsOf(toRanks, toNodes, 4), 1, [0, 4, 8, 12], out, undefined, PER_TOKEN);
  expect(us(out[0]!)).toBeCloseTo(30.675, 9); // (4 + 2) · 5 us, 27 kB at 40 GB/s
});

test("a rank with nothing to exchange takes no time, and what is no exchange follows NCCL's all-to-all in a node, the tiers over nodes", () => {
  const network = createNetworkModel(withFits(4));
  const out = new Float64Array(3);
  network.allToAllSeconds(Float64Array.of(0, 9e6, 0, 0, 0, 0, 0, 0, 0), [0, 1, 2], out, undefined, PER_COPY);
  expect(out[2]).toBe(0);
  network.allToAllSeconds(Float64Array.of(0, 5e6, 0, 0, 0, 0, 0, 0, 0), [0, 1, 2], out);
  expect(us(out[0]!)).toBeCloseTo(57.5, 9); // 40 us, 5 MB at 500 GB/s 10, of a buffer of 7.5 MB at 1 TB/s 7.5
  const far = [0, 1, 4];
  network.allToAllSeconds(Float64Array.of(0, 9e6, 3e6, 0, 0, 0, 0, 0, 0), far, out);
  const closed = new Float64Array(3);
  createNetworkModel(cluster("ring", 4)).allToAllSeconds(Float64Array.of(0, 9e6, 3e6, 0, 0, 0, 0, 0, 0), far, closed);
  expect(out).toEqual(closed);
});

test("sends between kernels go as one stream does, transfers as many do", () => {
  const network = createNetworkModel(withFits(8));
  expect(us(network.sendSeconds(9e6, 7, 8))).toBeCloseTo(250, 9); // 9 MB at 0.75 · 50 GB/s 240, 2 · 5 us
  expect(network.latencySeconds(7, 8)).toBe(10e-6);
  expect(us(network.transferSeconds(9e6, 7, 8))).toBeCloseTo(185, 9);
  expect(network.sendSeconds(9e6, 0, 7)).toBe(ring.sendSeconds(9e6, 0, 7)); // not measured in a node
});

test("over nodes an all-reduce has the all-gathers of a node as measured, before and after a ring of sends over the fabric", () => {
  const fitted = createNetworkModel(withFits(4));
  // 8 MB over two nodes of two: 4 MB are gathered in 12 us, and 40 at 100 GB/s, twice; 4 MB over the fabric 80 us and 2 · 10 us
  expect(us(fitted.allReduceSeconds(8e6, [0, 1, 4, 5]))).toBeCloseTo(204, 9);
  expect(us(fitted.allReduceSeconds(640, [0, 1, 4, 5]))).toBeCloseTo(26.0704, 9); // 3 us and 32 ns, twice, 20 us and 6.4 ns
  expect(us(fitted.allReduceSeconds(8e6, [0, 4]))).toBeCloseTo(180, 9); // none in a node
  expect(us(fitted.allGatherSeconds(Float64Array.of(160, 160, 160, 160), [0, 1, 4, 5]))).toBeCloseTo(13.0352, 9); // half of it
});

test("over many nodes as measured a small all-reduce goes up and down trees, whose levels grow by doublings of the nodes, and a large one round a ring", () => {
  const fitted = createNetworkModel(withFits(4));
  const oneOf = (nodes: number) => Array.from({ length: nodes }, (_, node) => 4 * node);
  // alone on its node: 2 · 10 us a level or step
  expect(us(fitted.allReduceSeconds(5, oneOf(8)))).toBeCloseTo(60.0002, 9); // 3 levels up and down, 5 bytes at 50 GB/s in each direction
  expect(us(fitted.allReduceSeconds(5, oneOf(9)))).toBeCloseTo(80.0002, 9);
  expect(us(fitted.allReduceSeconds(5, oneOf(3)))).toBeCloseTo(40 + 0.0002 / 1.5, 9); // as many steps: the ring sends a third less
  // 50 MB: 2 ms by trees, 7/8 of it in 14 steps
  expect(us(fitted.allReduceSeconds(50e6, oneOf(8)))).toBeCloseTo(1890, 9);
});

test("over nodes a broadcast goes over the fabric and then as an all-gather of the node that each rank lacks", () => {
  const fitted = createNetworkModel(withFits(4));
  expect(us(fitted.broadcastSeconds(1000, [0, 1, 4, 5]))).toBeCloseTo(13.12, 9); // 20 ns and 10 us, 3 us and 100 ns
  expect(us(fitted.broadcastSeconds(1000, [0, 4]))).toBeCloseTo(10.02, 9); // none in a node
});
