import type { Pass } from "@tokenyard/model";
import { attendedPairs } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import type { ServingSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataGroups } from "../continuous/data-groups.ts";
import { createScheduler } from "../create-scheduler.ts";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import { RequestSlots } from "../requests/request-slots.ts";

const BLOCK = 4;

const anyCase = fc.record({
  lengths: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 25 }),
  kind: fc.constantFrom("continuous", "prefill-first", "cadence"),
  order: fc.constantFrom("first-come", "priority"),
  maxSequences: fc.integer({ min: 1, max: 6 }),
  more: fc.integer({ min: 0, max: 30 }),
  blocks: fc.integer({ min: 13, max: 40 }), // the longest request needs 51 tokens
  admission: fc.constantFrom(undefined, "chunk", "prompt", "output"),
  dataGroups: fc.integer({ min: 1, max: 3 }),
  passesAtOnce: fc.integer({ min: 1, max: 3 }),
  together: fc.integer({ min: 1, max: 5 }),
  window: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 60 })),
  intake: fc.constantFrom<object>(
    {},
    { stepsAhead: 1 },
    { stepsAhead: 1, receiveInterval: 4 },
    { batchWait: { steps: 3, share: 0.5 } },
    { receiveInterval: 2, batchWait: { steps: 0, time: 3e-9, share: 1 } },
    { dataGroups: { prompts: "aligned", waitSteps: 1, timeoutSteps: 5 } },
  ),
  // before a pass is formed, the requests that are taken back by their number
  requeued: fc.array(fc.nat(24), { maxLength: 8 }),
  // times at which the passes under way are broken off
  broken: fc.uniqueArray(fc.nat(40), { maxLength: 8 }),
});

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

/** Plays the hall on one replica: requests come a few at a time between passes, and passes end in the order in which they started. */
function played(drawn: Case, look: (pass: Pass, heldBlocks: number, owedBlocks: number, served: readonly number[]) => void = () => {}) {
  const slots = new RequestSlots();
  const tokenBudget = drawn.maxSequences + drawn.more;
  const serving = {
    scheduler: { kind: drawn.kind, tokenBudget, maxSequences: drawn.maxSequences, order: drawn.order, every: 3 },
    overlap: { kind: "none" },
    ...drawn.intake,
    kv: { blockTokens: BLOCK, share: 1, blocks: drawn.blocks, admission: drawn.admission },
  } as ServingSpec;
  const scheduler = createScheduler(serving, {
    requests: slots,
    classes: [
      { name: "soon", priority: 0, targets: [] },
      { name: "later", priority: 1, targets: [] },
    ],
    streams: new Streams(1),
    kvTokens: drawn.blocks * BLOCK,
    passesAtOnce: drawn.passesAtOnce,
    replicas: 1,
    dataGroups: drawn.dataGroups,
    window: drawn.window,
    attentionCost: (tokens) => tokens,
  });
  const reported = {
    started: [] as number[],
    first: [] as number[],
    finished: [] as number[],
    gaps: 0,
    preempted: 0,
    requeued: 0,
    computed: 0,
  };
  const observer: SchedulerObserver = {
    started: (slot) => {
      reported.started.push(slots.number[slot]!);
      served.add(slots.number[slot]!);
    },
    loading: () => expect.unreachable(),
    firstToken: (slot) => reported.first.push(slots.number[slot]!),
    gaps: (lengthNs, count) => {
      expect(lengthNs).toBeGreaterThan(0);
      reported.gaps += count;
    },
    steps: (_, count, sequences) => {
      reported.gaps += (count - 1) * sequences;
    },
    preempted: (slot) => {
      reported.preempted++;
      served.delete(slots.number[slot]!);
    },
    finished: (slot) => {
      served.delete(slots.number[slot]!);
      reported.finished.push(slots.number[slot]!);
      slotOf.delete(slots.number[slot]!);
      slots.leave(slot);
    },
    rejected: () => expect.unreachable(),
    startedOver: () => expect.unreachable(),
    failed: () => expect.unreachable(),
    refused: () => expect.unreachable(),
  };
  const served = new Set<number>(); // those that have started and neither finished nor been preempted
  const owed = () => (scheduler.cache as DataGroups).all.reduce((sum, group) => sum + group.owed, 0);
  const underWay: Pass[] = [];
  const slotOf = new Map<number, number>(); // of requests that are in
  const takenBack = [...drawn.requeued];
  const request = createArrivingRequest();
  let arrived = 0;
  for (let now = 0; reported.finished.length < drawn.lengths.length; now++) {
    expect(now).toBeLessThan(20_000);
    for (let i = 0; i < drawn.together && arrived < drawn.lengths.length; i++) {
      const [promptTokens, outputTokens] = drawn.lengths[arrived]!;
      Object.assign(request, { arrivedNs: now, promptTokens, outputTokens, classIndex: arrived % 2 });
      arrived++;
      const slot = slots.take(request);
      slotOf.set(slots.number[slot]!, slot);
      scheduler.arrive(slot, now, observer);
    }
    for (const pass of drawn.broken.includes(now) ? underWay.splice(0) : []) {
      reported.computed -= pass.newTokens.reduce((sum, tokens) => sum + tokens, 0);
      scheduler.breakOff(pass);
    }
    const requeued = underWay.length === 0 ? slotOf.get(takenBack.at(-1)!) : undefined;
    if (requeued !== undefined && now % 3 === 0) {
      takenBack.pop();
      expect(scheduler.requeue!(requeued, now, observer)).toBe(0);
      reported.requeued++;
    }
    for (let pass = scheduler.next(0, now, observer); pass !== undefined; pass = scheduler.next(0, now, observer)) {
      underWay.push(pass);
      reported.computed += pass.newTokens.reduce((sum, tokens) => sum + tokens, 0);
      look(pass, scheduler.cache!.occupancy(0).heldBlocks, owed(), [...served]);
    }
    const ending = underWay.shift();
    if (ending !== undefined) scheduler.finish(ending, now + 0.5, observer);
  }
  return { reported, scheduler };
}

describe.each(["continuous", "prefill-first", "cadence"] as const)("%s, as every scheduler that serves requests as they come,", (kind) => {
  const law = (check: (drawn: Case) => void, requeued?: readonly number[]) =>
    fc.assert(
      fc.property(anyCase, (drawn) => check({ ...drawn, kind, requeued: [...(requeued ?? drawn.requeued)] })),
      { numRuns: drawnCases(80), endOnFailure: true },
    );

  test("finishes every request once, with all its tokens, and ends with an empty cache", () => {
    law((drawn) => {
      const { reported, scheduler } = played(drawn);
      const everybody = drawn.lengths.map((_, number) => number);
      expect(reported.first.toSorted((a, b) => a - b)).toEqual(everybody);
      expect(reported.finished.toSorted((a, b) => a - b)).toEqual(everybody);
      expect(reported.gaps).toBe(drawn.lengths.reduce((sum, [, output]) => sum + output - 1, 0));
      expect(reported.started).toHaveLength(drawn.lengths.length + reported.preempted);
      expect(scheduler.cache!.occupancy(0)).toEqual({ running: 0, waiting: 0, heldBlocks: 0 });
    });
  });

  test("knows what blocks those that it serves have yet to take: all that they ever cache, less what they hold", () => {
    law((drawn) => {
      const { scheduler } = played(drawn, (_, heldBlocks, owedBlocks, served) => {
        const inAll = served.map((number) => Math.ceil((drawn.lengths[number]![0] + drawn.lengths[number]![1] - 1) / BLOCK));
        expect(owedBlocks).toBe(inAll.reduce((sum, blocks) => sum + blocks, 0) - heldBlocks);
      });
      for (const { owed } of (scheduler.cache as DataGroups).all) expect(owed).toBe(0);
    });
  });

  test("never exceeds token budget, sequence limit or cache", () => {
    law((drawn) => {
      played(drawn, (pass, heldBlocks) => {
        expect(Math.max(...pass.newTokens)).toBeLessThanOrEqual(drawn.maxSequences + drawn.more);
        expect(Math.max(...pass.sequences)).toBeLessThanOrEqual(drawn.maxSequences);
        expect(heldBlocks).toBeLessThanOrEqual(drawn.blocks * drawn.dataGroups);
      });
    });
  });

  test("computes every token once, and again those that a preemption lost, which it counts", () => {
    law((drawn) => {
      const { reported, scheduler } = played(drawn);
      const once = drawn.lengths.reduce((sum, [prompt, output]) => sum + prompt + output - 1, 0);
      expect(reported.computed).toBe(once + scheduler.cache!.use().recomputedTokens);
    });
  });

  test("preempts none where a request is only admitted if all that it and those who run will cache fits", () => {
    law((drawn) => {
      expect(played({ ...drawn, admission: "output", requeued: [] }).reported.preempted).toBe(0);
    });
  });

  test("reserves whole outputs for none where all fit anyway: who is admitted when is the same", () => {
    law((drawn) => {
      const passes = (admission: Case["admission"]) => {
        const tokens: number[] = [];
        played({ ...drawn, blocks: 1000, admission }, ({ newTokens }) => tokens.push(...newTokens));
        return tokens;
      };
      expect(passes("output")).toEqual(passes("chunk"));
    });
  });

  test("scores the pairs of every token once, in all layers and in those with a window", () => {
    law((drawn) => {
      const scored = { pairs: 0, windowedPairs: 0 };
      played({ ...drawn, blocks: 1000, requeued: [], broken: [] }, (pass) => {
        for (let group = 0; group < drawn.dataGroups; group++) {
          scored.pairs += pass.pairs[group]!;
          scored.windowedPairs += pass.windowedPairs[group]!;
          const seen = Math.min(drawn.window, 1e6);
          const most = Math.min(pass.contextTokens[group]!, pass.newTokens[group]! + pass.sequences[group]! * (seen - 1));
          expect(pass.windowedContextTokens[group]).toBeLessThanOrEqual(most);
        }
      });
      const all = (window: number) =>
        drawn.lengths.reduce((sum, [prompt, output]) => sum + attendedPairs(0, prompt + output - 1, window), 0);
      expect(scored).toEqual({ pairs: all(Number.POSITIVE_INFINITY), windowedPairs: all(drawn.window) });
    });
  });

  test("takes back all that a preempted sequence was to compute: what is left of a pass is whole", { tags: "long" }, () => {
    law((drawn) => {
      played(drawn, ({ decoding, ...pass }) => {
        for (let group = 0; group < drawn.dataGroups; group++) {
          const { sequences, contextTokens, windowedContextTokens } = decoding!;
          expect(windowedContextTokens[group]).toBeLessThanOrEqual(
            Math.min(contextTokens[group]!, sequences[group]! * Math.min(drawn.window, 1e6)),
          );
          expect(windowedContextTokens[group]).toBeGreaterThanOrEqual(sequences[group]!);
          expect(pass.windowedPairs[group]).toBeGreaterThanOrEqual(pass.newTokens[group]!);
          expect(pass.windowedPairs[group]).toBeLessThanOrEqual(pass.pairs[group]!);
        }
      });
    });
  });
});

test("first come, first served: the request that came first is served first, preempted or not", () => {
  fc.assert(
    fc.property(anyCase, (drawn) => {
      const { reported } = played({ ...drawn, order: "first-come", dataGroups: 1, blocks: 1000, requeued: [], broken: [] });
      expect(reported.started).toEqual(reported.started.toSorted((a, b) => a - b));
    }),
    { numRuns: drawnCases(80), endOnFailure: true },
  );
});

test("a prompt of several chunks that does not fit whole is not begun, so that it is not computed in vain", () => {
  // 26 blocks of 4 tokens: each asks for 10 for its prompt of 40, in chunks of up to 16, and one more for its output
  const tight = {
    lengths: [1, 2, 3].map(() => [40, 5] as [number, number]),
    kind: "continuous",
    order: "first-come",
    maxSequences: 6,
    more: 10,
  };
  const alone = {
    intake: {},
    blocks: 26,
    dataGroups: 1,
    passesAtOnce: 1,
    together: 3,
    window: Number.POSITIVE_INFINITY,
    requeued: [],
    broken: [],
  };
  const reported = (admission: Case["admission"]) => played({ ...tight, ...alone, admission } as Case).reported;
  const once = 3 * (40 + 5 - 1);
  expect(reported("chunk").preempted).toBeGreaterThan(0);
  expect(reported("chunk").computed).toBeGreaterThan(once);
  expect(reported("prompt")).toMatchObject({ preempted: 0, computed: once });
  expect(reported("prompt")).toEqual(reported(undefined)); // what vLLM does
  expect(reported("output")).toMatchObject({ preempted: 0, computed: once });
});

test("who gives way to another micro-batch is not let in again before that has the blocks, though prompts wait for others", () => {
  const lengths = [
    [10, 5],
    [9, 8],
    [17, 11],
    [22, 6],
    [28, 8],
    [30, 5],
    [17, 9],
    [39, 12],
    [31, 12],
    [10, 8],
    [36, 7],
  ] as [number, number][];
  const { reported } = played({
    lengths,
    kind: "cadence",
    order: "priority",
    maxSequences: 3,
    more: 16,
    blocks: 14,
    admission: "chunk",
    dataGroups: 3,
    passesAtOnce: 3,
    together: 2,
    window: 42,
    intake: { receiveInterval: 2, batchWait: { steps: 0, time: 3e-9, share: 1 } },
    requeued: [6, 10, 20, 6, 23, 24],
    broken: [34, 26, 13, 11],
  });
  expect(reported.finished).toHaveLength(lengths.length);
});
