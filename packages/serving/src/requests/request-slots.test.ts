import { expect, test } from "vitest";
import type { ArrivingRequest } from "./arriving-request.ts";
import { RequestSlots } from "./request-slots.ts";

const request = { arrivedNs: 0, promptTokens: 1, outputTokens: 1, classIndex: 0, session: 0 } as ArrivingRequest;

test("more requests at once than memory is for are refused, whatever has left before", () => {
  const slots = new RequestSlots(100);
  const taken = Array.from({ length: 100 }, () => slots.take(request));
  expect(() => slots.take(request)).toThrow(
    "workload: more than 1.0e2 requests that wait or are served at once given; wanted a rate that the plan can serve",
  );
  slots.leave(taken[40]!);
  expect(slots.take(request)).toBe(taken[40]);
  expect(() => slots.take(request)).toThrow("at once");
});
