import { expect, test } from "vitest";
import { assumedValues } from "./assumed-value.ts";

test("an assumption has the value of the resolved scenario, or what the format says of an unset key", () => {
  const resolved = { cluster: { gpu: { cost: "3 USD/h" } }, serving: { overlap: { kind: "none" } } };
  const because = { path: "model.precision.kvCache", because: "no format of a cache" };
  const ranged = { path: "cluster.gpu.communicationShare", from: "0 %", to: "10 %" };
  expect(
    assumedValues(resolved, [
      "cluster.gpu.cost",
      "serving.overlap",
      "serving.stepOverhead",
      because,
      ranged,
      "routing.gate",
      "routing.exchange",
    ]),
  ).toEqual({
    "cluster.gpu.cost": "3 USD/h",
    "serving.overlap": { kind: "none" },
    "serving.stepOverhead": "0 s",
    "model.precision.kvCache": "as activations",
    "cluster.gpu.communicationShare": "0 %",
    "routing.gate": null,
    "routing.exchange": "unset",
  });
});
