import { Streams } from "@tokenyard/random";
import type { GateSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenRouter } from "../policies.ts";
import { drawnGateContract } from "./drawn-gate.contract.ts";
import { gateContract, modelOf } from "./gate.contract.ts";
import { popularityContract } from "./popularity.contract.ts";

type DriftingSpec = Extract<GateSpec, { kind: "drifting" }>;

const walking = (sigma: number, timeConstant: number): DriftingSpec => ({ kind: "drifting", sigma, timeConstant, shared: false });

gateContract("drifting", () => walking(1, 1));
drawnGateContract("drifting", (shared) => ({ ...walking(0.5, 1), shared }));

for (const [when, gate, atNs] of [
  ["that has walked for a while", walking(1, 1), 2.5e9],
  ["that has shifted", { kind: "drifting", sigma: 1, shiftAt: 3, shared: false }, 4e9],
] as const) {
  popularityContract(
    `drifting, ${when},`,
    gate,
    ({ experts }, streams) => {
      const router = createTokenRouter(modelOf(experts, 1), gate, streams); // of one copy a token, shares are weights
      router.advance!(atNs);
      return router.shares!(0)!;
    },
    atNs,
  );
}

/** Shares of the copies [instants][experts] of layer 0 at instants in seconds, asked one after another. */
function sharesAt(gate: DriftingSpec, seconds: readonly number[], experts = 64, seed = 5): Float64Array[] {
  const router = createTokenRouter(modelOf(experts, 1), gate, new Streams(seed));
  return seconds.map((at) => {
    router.advance!(at * 1e9);
    return router.shares!(0)!;
  });
}

const logs = (shares: Float64Array) => {
  const raw = [...shares].map((share) => Math.log(share));
  const mean = raw.reduce((sum, each) => sum + each, 0) / raw.length;
  return raw.map((each) => each - mean);
};
const correlation = (a: readonly number[], b: readonly number[]) => {
  const product = (x: readonly number[], y: readonly number[]) => x.reduce((sum, each, i) => sum + each * y[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
};

test("at its start popularity is that of a lognormal gate of the same seed", () => {
  const lognormal = createTokenRouter(modelOf(64, 1), { kind: "lognormal", sigma: 1.05, shared: false }, new Streams(5));
  const [start] = sharesAt(walking(1.05, 10), [0]);
  start!.forEach((share, x) => {
    expect(share).toBeCloseTo(lognormal.shares!(0)![x]!, 12);
  });
});

test("popularity forgets what it was by 1/e in a time constant, and is as uneven as before", () => {
  const seconds = [0, 2, 10, 20, 100];
  const [start, ...later] = sharesAt(walking(0.8, 10), seconds, 4096).map(logs);
  for (const [i, at] of seconds.slice(1).entries()) {
    expect(correlation(start!, later[i]!)).toBeCloseTo(Math.exp(-Math.floor(at * 1.6) / 16), 1); // in steps of a sixteenth
    const variance = later[i]!.reduce((sum, each) => sum + each * each, 0) / 4096;
    expect(variance).toBeGreaterThan(0.64 * 0.9);
    expect(variance).toBeLessThan(0.64 * 1.1);
  }
});

test("at a shift popularity is drawn again, and stays so where it does not walk", () => {
  const [start, before, after, end] = sharesAt({ kind: "drifting", sigma: 1, shiftAt: 3, shared: false }, [0, 2.999, 3, 90], 4096);
  expect(before).toEqual(start);
  expect(end).toEqual(after);
  expect(Math.abs(correlation(logs(start!), logs(after!)))).toBeLessThan(0.08);
});

test("what popularity is at an instant does not depend on when it was asked before", () => {
  const instants = fc
    .array(fc.integer({ min: 0, max: 4000 }), { maxLength: 12 })
    .map((all) => all.map((ms) => ms / 1000).sort((a, b) => a - b));
  const gates = fc.constantFrom<DriftingSpec>(
    walking(1, 0.5),
    { kind: "drifting", sigma: 1, shiftAt: 2, shared: false },
    { kind: "drifting", sigma: 1, shiftAt: 1.7, timeConstant: 3, shared: false },
  );
  fc.assert(
    fc.property(gates, instants, fc.nat(100), (gate, before, seed) => {
      const asked = sharesAt(gate, [...before, 3], 8, seed);
      expect(asked.at(-1)).toEqual(sharesAt(gate, [3], 8, seed)[0]);
    }),
  );
});
