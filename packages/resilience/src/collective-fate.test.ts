import type { CommunicationSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collectiveFate } from "./collective-fate.ts";

const seconds = fc.integer({ min: 0, max: 40 });
const anySpec: fc.Arbitrary<CommunicationSpec> = fc.record({
  giveUp: seconds,
  retries: fc.nat(4),
  backoff: fc.record({
    first: seconds,
    factor: fc.constantFrom(1, 2, 3),
    most: seconds,
    jitter: fc.constantFrom(0, 0.5, 1),
  }),
  fallback: fc.constant("none" as const),
});
const anyCase = fc.record({
  spec: anySpec,
  startNs: seconds.map((s) => s * 1e9),
  down: fc.option(seconds, { nil: undefined }),
  chance: fc.constantFrom(0, 0.25, 0.75),
});
const law = (check: (spec: CommunicationSpec, startNs: number, upNs: number, chance: () => number) => void) =>
  fc.assert(
    fc.property(anyCase, ({ spec, startNs, down, chance }) =>
      check(spec, startNs, down === undefined ? Number.POSITIVE_INFINITY : startNs + down * 1e9, () => chance),
    ),
    { numRuns: drawnCases(500) },
  );

test("a collective goes on no earlier than its link, at once where that takes no longer than it waits, and with its last error it has been tried as often as it may", () => {
  let retried = 0;
  law((spec, startNs, upNs, chance) => {
    const { atNs, gaveUp, retries } = collectiveFate(spec, startNs, upNs, chance);
    expect(retries).toBeLessThanOrEqual(spec.retries);
    if (gaveUp) {
      expect(retries).toBe(spec.retries);
      expect(atNs).toBeLessThan(upNs);
      return;
    }
    expect(atNs).toBeGreaterThanOrEqual(upNs);
    if (upNs - startNs <= spec.giveUp * 1e9) expect([atNs, retries]).toEqual([upNs, 0]);
    if (retries > 0) retried++;
  });
  expect(retried).toBeGreaterThan(20);
});

test("who waits longer, or tries more often, never gives up where another does not, nor earlier", () => {
  law((spec, startNs, upNs, chance) => {
    const fate = collectiveFate(spec, startNs, upNs, chance);
    const more = collectiveFate({ ...spec, retries: spec.retries + 1 }, startNs, upNs, chance);
    if (!fate.gaveUp) expect(more).toEqual(fate);
    else if (more.gaveUp) expect(more.atNs).toBeGreaterThanOrEqual(fate.atNs);
    const once = { ...spec, retries: 0 };
    const [short, long] = [once, { ...once, giveUp: spec.giveUp + 1 }].map((each) => collectiveFate(each, startNs, upNs, chance));
    if (!short!.gaveUp) expect(long).toEqual(short);
  });
});

test("by hand: given up after 3.74 s and tried again after 1 s and 2 s, a tenth more each", () => {
  const spec: CommunicationSpec = { giveUp: 3.74, retries: 2, backoff: { first: 1, factor: 2, most: 30, jitter: 0.1 }, fallback: "fail" };
  const fate = (upSeconds: number) => collectiveFate(spec, 0, upSeconds * 1e9, () => 1);
  expect(fate(3.74)).toEqual({ atNs: 3.74e9, gaveUp: false, retries: 0 });
  expect(fate(4)).toEqual({ atNs: 4.84e9, gaveUp: false, retries: 1 }); // 3.74 + 1.1
  expect(fate(8)).toEqual({ atNs: 8e9, gaveUp: false, retries: 1 }); // before 4.84 + 3.74 = 8.58
  expect(fate(12)).toEqual({ atNs: 12e9, gaveUp: false, retries: 2 }); // tried again at 8.58 + 2.2 = 10.78
  expect(fate(20)).toEqual({ atNs: 14.52e9, gaveUp: true, retries: 2 }); // 10.78 + 3.74
});
