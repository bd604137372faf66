import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { RankColumns } from "./rank-columns.ts";
import { Sample } from "./sample.ts";

const RANKS = [
  ["0", "0"],
  ["0", "1"],
  ["1", "2"],
];

/** One sample of three ranks in two replicas. */
interface Taken {
  readonly compute: readonly number[];
  readonly memory: readonly number[];
  readonly down: readonly number[];
}

/** Columns with `most` instants after samples every 2 ms, after the one at 0. */
function columnsOf(taken: readonly Taken[], most: number) {
  const sample = new Sample();
  const compute = sample.add("computeUse", RANKS);
  const memory = sample.add("memoryUse", RANKS);
  const down = sample.add("replicasDown", [["0"], ["1"]]);
  const columns = new RankColumns(most);
  columns.take(0, sample);
  for (const [at, each] of taken.entries()) {
    compute.set(each.compute);
    memory.set(each.memory);
    down.set(each.down);
    columns.take(2 * (at + 1), sample);
  }
  return columns.series();
}

/** The slow way: all samples kept, then put together by the fewest at once, a power of two, that leave at most `most` instants. */
function reference(taken: readonly Taken[], most: number) {
  let stride = 1;
  while (Math.ceil(taken.length / stride) > most) stride *= 2;
  const groups = Array.from({ length: Math.ceil(taken.length / stride) }, (_, at) => taken.slice(at * stride, (at + 1) * stride));
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  return {
    endMs: groups.map((_, at) => 2 * Math.min((at + 1) * stride, taken.length)),
    compute: groups.flatMap((group) => [0, 1, 2].map((rank) => mean(group.map(({ compute }) => compute[rank]!)))),
    memory: groups.flatMap((group) => group.at(-1)!.memory),
    stopped: groups.flatMap((group) => [0, 0, 1].map((replica) => group.at(-1)!.down[replica]!)),
  };
}

const share = fc.integer({ min: 0, max: 64 }).map((parts) => parts / 64);
const taken = fc.record({
  compute: fc.tuple(share, share, share),
  memory: fc.tuple(share, share, share),
  down: fc.tuple(fc.nat(1), fc.nat(1)),
});

test.prop([fc.array(taken, { maxLength: 40 }), fc.constantFrom(2, 4, 6)])(
  "columns are those of all samples put together afterwards, in as many instants as there is room for",
  (samples, most) => {
    const { ranks, endMs, columns, stopped } = columnsOf(samples, most);
    const wanted = reference(samples, most);
    expect(ranks).toBe(3);
    expect([...endMs]).toEqual(wanted.endMs);
    expect(columns.map(({ family }) => family)).toEqual(["computeUse", "memoryUse"]);
    const [compute, memory] = columns.map(({ values }) => [...values]);
    expect(compute).toHaveLength(wanted.compute.length);
    for (const [at, value] of wanted.compute.entries()) expect(compute![at]).toBeCloseTo(value, 6);
    expect(memory).toEqual(wanted.memory);
    expect([...stopped]).toEqual(wanted.stopped);
  },
);

test("512 ranks with five families at 400 instants take less than 10 MB", () => {
  const sample = new Sample();
  const labels = Array.from({ length: 512 }, (_, rank) => ["0", `${rank}`]);
  for (const key of ["computeUse", "networkUse", "memoryBandwidthUse", "memoryUse", "rankKvUse"] as const) sample.add(key, labels);
  sample.add("replicasDown", [["0"]]);
  const columns = new RankColumns(400);
  for (let at = 0; at <= 400; at++) columns.take(at, sample);
  const series = columns.series();
  expect(series.endMs).toHaveLength(400);
  const bytes = series.columns.reduce((sum, { values }) => sum + values.byteLength, series.stopped.byteLength + series.endMs.byteLength);
  expect(bytes).toBe(5 * 512 * 400 * 4 + 512 * 400 + 400 * 8); // 4.3 MB
});
