import { expect, test } from "vitest";
import { fewNumbers } from "../drawn-plan.contract.ts";
import { Formats } from "./formats.ts";

test("numbers of an fp8 cache beyond its largest become that, and are counted", () => {
  const { model, cluster } = fewNumbers({ model: { precision: { weights: "bf16", kvCache: "fp8" } } });
  const formats = new Formats(model, cluster.gpu);
  const numbers = Float64Array.of(447, -448, 449, -1e9, 0);
  formats.keep(numbers);
  expect([...numbers]).toEqual([448, -448, 448, -448, 0]);
  expect(formats.saturated).toBe(2);
});
