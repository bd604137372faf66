import type { Mark } from "@tokenyard/report";
import { expect, test } from "vitest";
import { signsOf } from "./mark-sign.ts";

test("marks that are near each other in the picture share a sign of their kind, and those outside of it have none", () => {
  const at = (kind: Mark["kind"], fromNs: number): Mark => ({ kind, fromNs, toNs: fromNs, words: "" });
  const marks = [at("fault", 10), at("alert", 505), at("fault", 500), at("fault", 510), at("fault", 800), at("fault", 1200)];
  const signs = signsOf(marks, { fromNs: 100, toNs: 1100 });
  expect(signs.map(({ kind, marks: own }) => [kind, own.map(({ fromNs }) => fromNs)])).toEqual([
    ["fault", [500, 510]],
    ["fault", [800]],
    ["alert", [505]],
  ]);
});
