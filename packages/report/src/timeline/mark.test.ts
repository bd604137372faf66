import { expect, test } from "vitest";
import type { Recording } from "../recording/recording.ts";
import { marksOf } from "./mark.ts";

const ROW = { labels: { stage: "7" }, pendingMs: 1_000, firingMs: 2_000, resolvedMs: 5_000 };

test("alerts are marked from where they fire to where they are resolved, and those that only were pending are not", () => {
  const alerts = [{ name: "slow", episodes: [ROW, { ...ROW, firingMs: -1 }, { ...ROW, firingMs: 9_000, resolvedMs: -1 }] }];
  const recording = { alerts, opKinds: [], horizonNs: 12e9 } as unknown as Recording;
  expect(marksOf(recording, [])).toEqual([
    { kind: "alert", fromNs: 2e9, toNs: 5e9, words: "slow, stage 7, resolved after 3.00 s" },
    { kind: "alert", fromNs: 9e9, toNs: 12e9, words: "slow, stage 7, not resolved" },
  ]);
});
