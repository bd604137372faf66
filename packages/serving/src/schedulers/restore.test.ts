import { Streams } from "@tokenyard/random";
import type { ServingSpec } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { createScheduler } from "../create-scheduler.ts";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { SILENT } from "../requests/silent-observer.ts";

const BLOCK = 4;

/** Tokens that are loaded for a request of 20 that resumes from `copied`, where its first 8 may be in the prefix cache. */
function restored(copied: number, prefixCache: boolean) {
  const requests = new RequestSlots();
  const serving = {
    scheduler: { kind: "continuous", tokenBudget: 100, maxSequences: 8, order: "first-come" },
    kv: { blockTokens: BLOCK, share: 1, prefixCache },
  } as ServingSpec;
  const scheduler = createScheduler(serving, {
    requests,
    classes: [{ name: "all", priority: 0, targets: [] }],
    streams: new Streams(1),
    kvTokens: 100 * BLOCK,
    passesAtOnce: 1,
    replicas: 1,
    dataGroups: 1,
    window: Number.POSITIVE_INFINITY,
    attentionCost: (tokens) => tokens,
  });
  const loaded: number[] = [];
  const observer = {
    ...SILENT,
    restores: (_: number, tokens: number, nowNs: number) => {
      loaded.push(tokens);
      return nowNs; // at once
    },
  };
  const arrive = (promptTokens: number, nowNs: number) => {
    const prefix = Int32Array.of(1, 2); // of 4 tokens each
    const slot = requests.take({ ...createArrivingRequest(), arrivedNs: nowNs, promptTokens, prefix, prefixBlockTokens: BLOCK });
    scheduler.arrive(slot, nowNs, observer);
    return slot;
  };
  arrive(9, 0);
  scheduler.finish(scheduler.next(0, 0, observer)!, 10, observer);
  scheduler.recovery!.restore(arrive(20, 10), copied);
  const pass = scheduler.next(0, 10, observer)!;
  return { loaded, computed: [...pass.newTokens] };
}

test("by hand: of a copy of 16 tokens the 8 that the prefix cache has are not loaded, and the last 4 of the prompt are computed", () => {
  expect(restored(16, true)).toEqual({ loaded: [8], computed: [4] });
  expect(restored(16, false)).toEqual({ loaded: [16], computed: [4] });
});

test("by hand: a copy that reaches no further than the prefix cache is not loaded at all", () => {
  expect(restored(8, true)).toEqual({ loaded: [], computed: [12] });
  expect(restored(9, true)).toEqual({ loaded: [1], computed: [11] });
  expect(restored(8, false)).toEqual({ loaded: [8], computed: [12] });
});
