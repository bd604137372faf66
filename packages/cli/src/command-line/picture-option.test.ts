import { expect, test } from "vitest";
import { withPictures } from "./picture-option.ts";

test("a kind and a file behind --svg become one word, and nothing else changes", () => {
  expect(withPictures(["run", "--svg", "where", "w.svg", "plan.yaml", "--svg", "timeline", "t.svg"])).toEqual([
    "run",
    "--svg",
    "where\0w.svg",
    "plan.yaml",
    "--svg",
    "timeline\0t.svg",
  ]);
  expect(withPictures(["run", "plan.yaml", "--svg", "where", "--json"])).toEqual(["run", "plan.yaml", "--svg", "where", "--json"]);
  expect(withPictures(["run", "plan.yaml", "--svg"])).toEqual(["run", "plan.yaml", "--svg"]);
  expect(withPictures(["import", "--", "--svg", "a", "b"])).toEqual(["import", "--", "--svg", "a", "b"]);
});
