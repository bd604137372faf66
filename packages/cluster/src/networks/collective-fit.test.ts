import type { CollectiveFit } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collectiveSeconds, leastFit, leastLatency, mostSentRate, sentRate } from "./collective-fit.ts";

const seconds = fc.double({ min: 0, max: 1e-4, noNaN: true });
const rate = fc.double({ min: 1e9, max: 1e12, noNaN: true });
const way = fc.record({ latency: seconds, perPeer: seconds, bandwidth: rate });

const fits: fc.Arbitrary<CollectiveFit> = fc
  .record({
    kind: fc.constantFrom("all-reduce" as const, "all-gather" as const, "all-to-all" as const),
    small: way,
    medium: way,
    large: fc.record({ latency: seconds, perPeer: seconds, bandwidth: rate, buffer: rate }),
    upTo: fc.option(fc.double({ min: 1, max: 1e7, noNaN: true }), { nil: undefined }),
    oneShot: fc.boolean(),
    switched: fc.option(rate, { nil: undefined }),
  })
  .map((fit) => ({ library: "nccl", on: "a-node", ...fit }) as CollectiveFit);
const ranks = fc.integer({ min: 2, max: 72 });
const bytes = fc.integer({ min: 1, max: 1_000_000_000 });

test("more bytes never take less, wherever a library changes its way", () => {
  fc.assert(
    fc.property(fits, ranks, bytes, bytes, (fit, n, a, b) => {
      expect(collectiveSeconds(fit, Math.min(a, b), n)).toBeLessThanOrEqual(collectiveSeconds(fit, Math.max(a, b), n));
    }),
  );
});

test("more ranks that send as much never have a lower latency", () => {
  fc.assert(
    fc.property(fits, ranks, (fit, n) => {
      expect(leastLatency(fit, n)).toBeLessThanOrEqual(leastLatency(fit, n + 1) * (1 + 1e-12));
    }),
  );
});

test("no collective beats its least latency and its fastest way together, which bounds and utilisation count on", () => {
  fc.assert(
    fc.property(fits, ranks, bytes, (fit, n, sent) => {
      const least = leastLatency(fit, n) + sent / sentRate(fit, n);
      expect(collectiveSeconds(fit, sent, n)).toBeGreaterThanOrEqual(least * (1 - 1e-12));
      expect(sentRate(fit, n)).toBeLessThanOrEqual(mostSentRate(fit, 72));
    }),
  );
});

test("one shot sends the whole buffer to each peer", () => {
  const line = { latency: 2e-6, perPeer: 0, bandwidth: 100e9 };
  const fit = { kind: "all-reduce", small: line, medium: { ...line, latency: 1 }, large: { ...line, latency: 1, buffer: 1e12 } };
  const of = (oneShot: boolean) => collectiveSeconds({ library: "vllm", on: "a-node", ...fit, oneShot } as CollectiveFit, 1.75e6, 8) * 1e6;
  expect(of(false)).toBeCloseTo(19.5, 9); // 2 + 1.75 MB, which two shots send of 1 MB
  expect(of(true)).toBeCloseTo(72, 9); // 2 + 7 MB
});

test("no way beats the least fit, which is straight in the bytes", () => {
  fc.assert(
    fc.property(fits, ranks, bytes, (fit, n, sent) => {
      const least = leastFit(fit, 72);
      expect(collectiveSeconds(least, sent, n)).toBeLessThanOrEqual(collectiveSeconds(fit, sent, n) * (1 + 1e-12));
      const [one, two, three] = [1, 2, 3].map((times) => collectiveSeconds(least, times * sent, n));
      expect(three! - two!).toBeCloseTo(two! - one!, 12);
    }),
  );
});
