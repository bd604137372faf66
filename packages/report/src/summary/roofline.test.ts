import { expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { rooflineOf } from "./roofline.ts";

test("kernels of a kind are held against the peak that bounds them, on all ranks together", () => {
  const { peakFlopsPerSecond, peakMemoryBytesPerSecond, rows } = rooflineOf(tiny);
  expect([peakFlopsPerSecond, peakMemoryBytesPerSecond]).toEqual([1e12, 1e9]);
  expect(rows.map(({ phase, kind }) => `${phase} ${kind}`)).toEqual(["prefill attention", "prefill experts", "decode attention"]);
  const [attention, experts, decode] = rows;
  expect(attention).toEqual({
    phase: "prefill",
    kind: "attention",
    seconds: 350e-6, // 200 and 150 us
    flops: 1e8,
    memoryBytes: 2e5,
    intensity: 500,
    flopsPerSecond: 1e8 / 350e-6,
    bound: "memory", // 100 us at 1 TFLOPS, 200 us at 1 GB/s
    share: 2e5 / 1e9 / 350e-6,
  });
  expect(experts!.seconds).toBeCloseTo(150e-6, 12);
  expect(decode).toMatchObject({ bound: "memory", intensity: 2.5e8 / 7e5 });
  expect(decode!.share).toBeCloseTo(700 / 500, 12); // as measured: tiny's bytes are more than its time allows
});

test("ops without work, and those of the network, have no row", () => {
  const none = new Float64Array(6);
  expect(rooflineOf({ ...tiny, work: { ...tiny.work, kindFlops: none, kindBytes: none } }).rows).toEqual([]);
  const moved = Float64Array.of(0, 0, 5e5, 0, 0, 0);
  expect(rooflineOf({ ...tiny, work: { ...tiny.work, kindFlops: none, kindBytes: moved } }).rows).toEqual([]);
});
