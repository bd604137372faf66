import { collectiveSeconds, sentPerToken } from "@tokenyard/cluster";
import type { CollectiveFit } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { CollectiveGroup, CollectiveSample } from "./collectives.ts";
import type { TrafficGroup, TrafficSample } from "./exchanges.ts";
import { tabledCollectives, tabledTraffic } from "./tabled-traffic.ts";

const COEFFICIENTS = {
  "small.latency": 5e-6,
  "small.perPeer": 1e-6,
  "small.bandwidth": 50e9,
  "medium.latency": 12e-6,
  "medium.perPeer": 1e-6,
  "medium.bandwidth": 150e9,
  "large.latency": 35e-6,
  "large.perPeer": 3e-6,
  "large.bandwidth": 380e9,
  "large.buffer": 900e9,
};
const way = (name: string) => ({
  latency: COEFFICIENTS[`${name}.latency` as never],
  perPeer: COEFFICIENTS[`${name}.perPeer` as never],
  bandwidth: COEFFICIENTS[`${name}.bandwidth` as never],
});
const FIT = {
  kind: "all-reduce",
  small: way("small"),
  medium: way("medium"),
  large: { ...way("large"), buffer: 900e9 },
} as unknown as CollectiveFit;

/** All-reduces that take `times(bytes)` what the fit says; every other one is held out. */
function groupOf(source: number, times: (bytes: number) => number): CollectiveGroup {
  const samples = [2, 4, 8].flatMap((ranks) =>
    Array.from({ length: 21 }, (_, i): CollectiveSample => {
      const bufferBytes = 512 * 2 ** i;
      const sentBytes = ((2 * (ranks - 1)) / ranks) * bufferBytes;
      const seconds = times(bufferBytes) * collectiveSeconds(FIT, sentBytes, ranks);
      return { half: i % 2 === 0 ? "fitted" : "held-out", source, op: "all-reduce", fifth: i % 5, seconds, ranks, sentBytes, bufferBytes };
    }),
  );
  return { name: "", kind: "all-reduce", gpu: "a100", library: "nccl", samples };
}

test("held-out collectives follow the rows of their own collection, and between these the shape of another one", () => {
  const bumpy = (bytes: number) => (bytes > 2 ** 21 && Math.log2(bytes) % 4 === 2 ? 1.5 : 1);
  const own = groupOf(1, bumpy);
  const complete = { ...groupOf(2, bumpy), samples: groupOf(2, bumpy).samples.map((sample) => ({ ...sample, half: "fitted" as const })) };
  const rest = own.samples.filter(({ half }) => half === "held-out");
  const worst = (all: CollectiveGroup[]) =>
    Math.max(...tabledCollectives(own, all, COEFFICIENTS, rest, 1e15).map((seconds, i) => Math.abs(seconds / rest[i]!.seconds - 1)));
  expect(worst([own])).toBeGreaterThan(0.2);
  expect(worst([own, complete])).toBeLessThan(0.01);
});

test("held-out exchanges and sends follow the rows on either side of them", () => {
  const spread = { ranks: 8, experts: 64, topK: 4, tokenBytes: 4096 };
  const perToken = sentPerToken({ dispatch: "per-copy", nodes: 1, ...spread }).inNode;
  const model = ({ nodeBytes }: TrafficSample) => 5e-6 + nodeBytes / 100e9;
  const samples = [1, 2, 4, 8, 16].map((tokens): TrafficSample => {
    const copies = tokens * perToken;
    const moved = { nodes: 1, nodeBytes: copies * spread.tokenBytes, fabricBytes: 0, copies, multiprocessors: undefined };
    const sample = { half: "fitted" as const, source: 7, bytes: tokens * spread.tokenBytes, spread, ...moved, seconds: 0 };
    return { ...sample, seconds: 1.4 * model(sample) };
  });
  const origin = { name: "", gpu: "h100", over: "node", source: "", samples } as const;
  const groups: TrafficGroup[] = [
    { ...origin, kind: "exchange", library: "deepep", dispatch: "per-copy", phase: "combine" },
    { ...origin, kind: "send", library: "nccl" },
  ];
  const [seen, rest] = [samples.filter((_, i) => i % 2 === 0), samples.filter((_, i) => i % 2 === 1)];
  for (const group of groups) {
    const foretold = tabledTraffic(
      group,
      seen,
      rest,
      group.kind === "send" ? (sample) => model({ ...sample, nodeBytes: sample.bytes }) : model,
    );
    const expected = group.kind === "send" ? rest.map((sample) => sample.seconds) : rest.map((sample) => 1.4 * model(sample));
    foretold.forEach((seconds, i) => {
      expect(Math.abs(seconds / expected[i]! - 1)).toBeLessThan(group.kind === "send" ? 0.2 : 1e-9);
    });
  }
});
