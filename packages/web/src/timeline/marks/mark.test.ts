import type { Recording } from "@tokenyard/report";
import { expect, test } from "vitest";
import { type Mark, marksOf } from "./mark.ts";
import { signsOf } from "./mark-sign.ts";

const ROW = { labels: { stage: "7" }, pendingMs: 1_000, firingMs: 2_000, resolvedMs: 5_000 };

test("alerts are marked from where they fire to where they are resolved, and those that only were pending are not", () => {
  const alerts = [{ name: "slow", episodes: [ROW, { ...ROW, firingMs: -1 }, { ...ROW, firingMs: 9_000, resolvedMs: -1 }] }];
  const recording = { alerts, opKinds: [], horizonNs: 12e9 } as unknown as Recording;
  expect(marksOf(recording, [])).toEqual([
    { kind: "alert", fromNs: 2e9, toNs: 5e9, words: "slow, stage 7, resolved after 3.00 s" },
    { kind: "alert", fromNs: 9e9, toNs: 12e9, words: "slow, stage 7, not resolved" },
  ]);
});

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
