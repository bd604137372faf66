import { expect, test } from "vitest";
import type { SchedulerObserver } from "../../requests/request-observer.ts";
import type { RequestSlots } from "../../requests/request-slots.ts";
import type { Limits } from "../data-group.ts";
import { Sequences } from "../sequences.ts";
import { Decoders } from "./decoders.ts";
import { PassGaps } from "./pass-gaps.ts";

test("a sequence that is taken out after steps that were foreseen had its last token with the last of them", () => {
  const sequences = new Sequences();
  sequences.enter(0, 10, 0);
  const requests = { outputTokens: Float64Array.of(20), classIndex: Int32Array.of(0) } as unknown as RequestSlots;
  const decoders = new Decoders({ blockTokens: 16, maxSequences: 4, window: Number.POSITIVE_INFINITY } as Limits, requests, sequences);
  decoders.join(0, 5);
  decoders.advance(3, Float64Array.of(80, 90, 100), new Float64Array(16), new PassGaps(), {
    gaps: () => {},
  } as Partial<SchedulerObserver> as SchedulerObserver);
  decoders.remove(0);
  expect(sequences.tokenNs[0]).toBe(100);
});
