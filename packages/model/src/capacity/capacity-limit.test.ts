import { Streams } from "@tokenyard/random";
import type { RoutingSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { modelOf } from "../gates/gate.contract.ts";
import { createOverflow } from "../policies.ts";
import { expertCapacity } from "./capacity.ts";
import { CapacityLimit } from "./capacity-limit.ts";

const EXPERTS = 4;

const anyOverflow = fc.constantFrom<RoutingSpec["overflow"]>(
  { kind: "drop" },
  { kind: "drop", by: "position" },
  { kind: "reroute" },
  { kind: "dropout", slope: 2 },
  { kind: "none" },
);

/** Copies [sources × experts] of tokens with one each. */
const anyCopies = fc
  .array(fc.array(fc.nat(30), { minLength: EXPERTS, maxLength: EXPERTS }), { minLength: 1, maxLength: 5 })
  .map((rows) => ({ copies: Float64Array.from(rows.flat()), tokens: rows.map((row) => row.reduce((sum, n) => sum + n, 0)) }));

const anyRouting = fc.record({
  overflow: anyOverflow,
  capacityFactor: fc.constantFrom(undefined, 0.5, 1, 1.5, 4),
  capacityPer: fc.constantFrom(undefined, "group" as const, "source-rank" as const),
});

function limited({ copies: given, tokens }: { copies: Float64Array; tokens: number[] }, spec: Partial<RoutingSpec>) {
  const model = modelOf(EXPERTS, 1);
  const routing = { gate: { kind: "uniform" }, minCapacity: 1, overflow: { kind: "drop" }, ...spec } as RoutingSpec;
  const limit = new CapacityLimit(model, routing, createOverflow(routing.overflow), tokens.length);
  const copies = given.slice();
  const crowd = { copies, experts: EXPERTS, from: 0, end: 0, tokens, chances: undefined, regions: undefined };
  const fates = { rerouted: 0, dropped: 0, masked: 0 };
  const capacity = limit.enter(tokens);
  const routed = Float64Array.from({ length: EXPERTS }, (_, e) => tokens.reduce((sum, _, s) => sum + given[s * EXPERTS + e]!, 0));
  const isExceeded = limit.isExceeded(copies, routed);
  limit.cut(crowd, new Streams(1).stream("overflow"), fates);
  return { copies, fates, capacity, isExceeded, model, routing };
}

test("a limit is exceeded exactly where some copies change", () => {
  fc.assert(
    fc.property(anyCopies, anyRouting, (given, spec) => {
      const { copies, isExceeded } = limited(given, spec);
      const changed = copies.some((n, i) => n !== given.copies[i]);
      if (spec.overflow.kind !== "dropout") expect(isExceeded).toBe(changed);
      else if (changed) expect(isExceeded).toBe(true);
    }),
  );
});

test("for each source alone an expert takes what its own tokens give room for; of all it takes their sum", () => {
  fc.assert(
    fc.property(anyCopies, anyRouting, (given, spec) => {
      const { copies, capacity, model, routing } = limited(given, { ...spec, capacityFactor: 1, capacityPer: "source-rank" });
      if (spec.overflow.kind === "none") return;
      const own = given.tokens.map((tokens) => (tokens === 0 ? 0 : expertCapacity(tokens, model, routing)));
      expect(capacity).toBe(own.reduce((sum, each) => sum + each, 0));
      copies.forEach((n, i) => {
        expect(n).toBeLessThanOrEqual(own[Math.floor(i / EXPERTS)]!);
      });
    }),
  );
});

test("a source is cut alike whatever comes beside it, where each has its own room and nothing is drawn", () => {
  fc.assert(
    fc.property(anyCopies, anyCopies, (given, other) => {
      const spec = { capacityFactor: 1, capacityPer: "source-rank" as const };
      const both = { copies: Float64Array.from([...given.copies, ...other.copies]), tokens: [...given.tokens, ...other.tokens] };
      expect(limited(both, spec).copies.subarray(0, given.copies.length)).toEqual(limited(given, spec).copies);
    }),
  );
});

test("by hand: a source without tokens has no room, whatever the least capacity", () => {
  const copies = Float64Array.of(1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2);
  const spec = { overflow: { kind: "drop" }, capacityFactor: 1, minCapacity: 3, capacityPer: "source-rank" } as const;
  expect(limited({ copies, tokens: [4, 0, 8] }, spec).capacity).toBe(3 + 0 + 3); // 4 / 4 and 8 / 4, at least 3 each
});
