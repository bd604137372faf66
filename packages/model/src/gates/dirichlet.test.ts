import { dirichlet } from "@tokenyard/random";
import { expect, test } from "vitest";
import { loadVariance } from "../capacity/load-balance.ts";
import { drawnGateContract, popularity } from "./drawn-gate.contract.ts";
import { gateContract } from "./gate.contract.ts";
import { popularityContract } from "./popularity.contract.ts";

gateContract("dirichlet", () => ({ kind: "dirichlet", concentration: 1, shared: false }));
gateContract("sparse dirichlet", () => ({ kind: "dirichlet", concentration: 1e-6, shared: true }));
drawnGateContract("dirichlet", (shared) => ({ kind: "dirichlet", concentration: 2, shared }));
popularityContract("dirichlet", { kind: "dirichlet", concentration: 2, shared: false }, ({ experts }, streams) => {
  const weights = new Float64Array(experts);
  dirichlet(streams.stream("routing/popularity/0"), 2, weights);
  return weights;
});

for (const concentration of [0.5, 4]) {
  test(`with concentration ${concentration} the mean square of load variance is (E − 1)/(E·${concentration} + 1)`, () => {
    const layers = popularity({ kind: "dirichlet", concentration, shared: false }, 5, 8, 3000);
    const mean = layers.reduce((sum, counts) => sum + loadVariance(counts) ** 2, 0) / 3000;
    // E·E·E[q²] − 1 with E[q²] = (c + 1)/(E·(E·c + 1)): (E·c + E)/(E·c + 1) − 1 = (E − 1)/(E·c + 1): 7/5 and 7/33
    expect(mean / (7 / (8 * concentration + 1))).toBeGreaterThan(0.94);
    expect(mean / (7 / (8 * concentration + 1))).toBeLessThan(1.06);
  });
}

test("with a vanishing concentration one expert gets every token", () => {
  for (const counts of popularity({ kind: "dirichlet", concentration: 1e-6, shared: false }, 5)) {
    expect(Math.max(...counts)).toBe(10_000_000);
  }
});
