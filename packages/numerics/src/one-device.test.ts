import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fewNumbers } from "./drawn-plan.contract.ts";
import { oneDevice } from "./one-device.contract.ts";
import type { Matrix } from "./weights/matrix.ts";

const matrix = (...numbers: number[]): Matrix => ({ inFeatures: 2, outFeatures: 2, numbers: Float64Array.from(numbers) });
const SAME = matrix(1, 0, 0, 1);
const TWICE_SWAPPED = matrix(0, 2, 2, 0);

test("the judge gives the two layers that README.md works out by hand, to six digits", () => {
  const { model } = fewNumbers({
    model: {
      layers: 2,
      hiddenSize: 2,
      attention: { heads: 2, kvHeads: 2, headSize: 1 },
      experts: { count: 2, topK: 1, hiddenSize: 2, matrices: 2 },
    },
  });
  const mixer = { kind: "grouped-query" as const, query: SAME, key: SAME, value: SAME, gate: undefined, output: SAME, sinks: undefined };
  const layer = (...ups: Matrix[]) => ({
    mixer,
    dense: undefined,
    gate: SAME,
    experts: ups.map((up) => ({ gate: undefined, up, down: SAME })),
    shared: undefined,
    sharedGate: undefined,
  });
  const layers = [layer(SAME, TWICE_SWAPPED), layer(TWICE_SWAPPED, SAME)];
  const token = oneDevice(model, { layers, embedding: undefined, head: undefined });
  const tokens = [
    [1, 2],
    [2, -1],
  ].map((row) => token(0, row).judged);
  const lines = layers.flatMap((_, at) =>
    tokens.map(({ states, chosen }, t) => {
      const text = (row: readonly number[] | undefined) => row!.map((number) => number.toFixed(6)).join(" ");
      return `layer ${at} token ${t}: attention ${text(states[at]![0])} expert ${chosen[at]!.join()} out ${text(states[at]![2])}`;
    }),
  );
  const kept = readFileSync(new URL("../example.txt", import.meta.url), "utf8"); // of example.py
  const plain = (text: string) => text.replaceAll(/[[\]]/g, "").replaceAll(/ +/g, " ").trim();
  expect(lines).toEqual(plain(kept).split("\n"));
});
