import { expect, test } from "vitest";
import { sizeWarning } from "./spans-file.ts";

/** `count` spans, one each microsecond, the last first. */
const spansOf = (count: number) => {
  const zeros = new Int32Array(count);
  const startNs = Float64Array.from({ length: count }, (_, i) => (count - 1 - i) * 1000);
  const phase = new Uint8Array(count);
  return {
    rank: zeros,
    kind: phase,
    microBatch: zeros,
    pass: zeros,
    phase,
    layer: zeros,
    half: new Uint8Array(count),
    startNs,
    endNs: startNs,
    workNs: startNs,
    cause: zeros,
  };
};

test("a file of more spans than a viewer can show is reported before it is written, with a time that would do", () => {
  expect(sizeWarning("t.json", spansOf(1_000_000))).toBeUndefined();
  expect(sizeWarning("t.json", spansOf(4_000_000))).toBe(
    "t.json: 4,000,000 spans, about 800 MB, more than most viewers can show; fewer with --to '1 s', --from or --ranks", // a million µs
  );
});
