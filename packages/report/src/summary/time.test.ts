import { expect, test } from "vitest";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { timeOf } from "./time.ts";

test("by hand: the time for which a GPU was down is a share of a lane's time beside work, waits and idle time", () => {
  // rank 0 is down for 200 us of prefill; both compute lanes had 350 + 150 us of ops, 150 us of waits and 150 us without work
  const downNs = Float64Array.of(200_000, 0, 0, 0, 0, 0, 0, 0); // in each phase compute, network
  const { prefill, decode } = timeOf({ ...tiny, downNs });
  expect(prefill!.compute).toEqual({ attention: 0.35, experts: 0.15, waiting: 0.15, idle: 0.15, lost: 0, down: 0.2 });
  expect([prefill!.network["down"], decode!.compute["down"]]).toEqual([0, 0]);
  expect(timeOf(tiny).prefill!.compute).not.toHaveProperty("down");
});
