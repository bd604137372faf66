import type { Problem } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { axesOf, varyOf } from "./vary.ts";

test("path=values, with = allowed in the values", () => {
  expect(varyOf(["parallelism.tensor=1,2", " name =a=b"])).toEqual({ "parallelism.tensor": "1,2", name: "a=b" });
});

test("all mistakes are reported at once", () => {
  expect(() => varyOf(["parallelism.tensor", "parallelism.tensr=1", "seed=1", "seed=2"])).toThrow(
    [
      "parallelism.tensor given; wanted path=values, such as parallelism.tensor=1,2,4",
      "parallelism.tensr: unknown path parallelism.tensr given; wanted a path of the scenario; did you mean parallelism.tensor?",
      "seed=2 given; wanted seed once, with all its values",
    ].join("\n"),
  );
  const problems: Problem[] = [];
  const axes = axesOf({ "parallelism.tensor": "x,1,z", seed: "1,2", "parallelism.expert": "y" }, problems);
  expect(axes).toEqual([{ path: "seed", values: [1, 2] }]);
  expect(problems.map(({ path, given }) => `${path.join(".")} ${given}`)).toEqual([
    "parallelism.tensor x",
    "parallelism.tensor z",
    "parallelism.expert y",
  ]);
});
