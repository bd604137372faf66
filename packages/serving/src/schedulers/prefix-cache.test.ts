import type { Pass } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import type { ServingSpec } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CacheUse } from "../cache.ts";
import type { DataGroups } from "../continuous/data-groups.ts";
import { createScheduler } from "../create-scheduler.ts";
import type { HostRoom } from "../prefix/host-tier.ts";
import { type ArrivingRequest, createArrivingRequest } from "../requests/arriving-request.ts";
import type { SchedulerObserver } from "../requests/request-observer.ts";
import { RequestSlots } from "../requests/request-slots.ts";

const BLOCK = 4;

interface Request {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Of pieces of BLOCK tokens. */
  readonly ids: readonly number[];
}

interface Case {
  readonly requests: readonly Request[];
  readonly kind: "continuous" | "prefill-first" | "cadence";
  readonly order: "first-come" | "priority";
  readonly prefixCache: boolean;
  readonly admission: "chunk" | "prompt" | "output" | undefined;
  readonly maxSequences: number;
  readonly more: number;
  readonly blocks: number;
  readonly dataGroups: number;
  readonly replicas: number;
  readonly passesAtOnce: number;
  /** So many come between two passes; 0: the next when the one before has finished. */
  readonly together: number;
  readonly balancer: "round-robin" | "prefix-aware";
  readonly host: HostRoom | undefined;
  readonly window: number;
}

const anyRequest = fc
  .record({
    promptTokens: fc.integer({ min: 1, max: 40 }),
    outputTokens: fc.integer({ min: 1, max: 12 }),
    ids: fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 10 }),
  })
  .map((drawn) => ({ ...drawn, ids: drawn.ids.slice(0, Math.floor(drawn.promptTokens / BLOCK)) }));

const anyCase: fc.Arbitrary<Case> = fc.record({
  requests: fc.array(anyRequest, { minLength: 1, maxLength: 25 }),
  kind: fc.constantFrom("continuous", "prefill-first", "cadence"),
  order: fc.constantFrom("first-come", "priority"),
  prefixCache: fc.constant(true),
  admission: fc.constantFrom(undefined, "chunk", "prompt", "output"),
  maxSequences: fc.integer({ min: 1, max: 6 }),
  more: fc.integer({ min: 0, max: 30 }),
  blocks: fc.integer({ min: 13, max: 40 }), // the longest request needs 51 tokens
  dataGroups: fc.integer({ min: 1, max: 2 }),
  replicas: fc.integer({ min: 1, max: 2 }),
  passesAtOnce: fc.integer({ min: 1, max: 3 }),
  together: fc.integer({ min: 0, max: 5 }),
  balancer: fc.constantFrom("round-robin", "prefix-aware"),
  host: fc.option(
    fc.record({ blocks: fc.integer({ min: 1, max: 30 }), perBlock: fc.constantFrom(0.2, 3), latencyNs: fc.constantFrom(0, 5) }).map(roomOf),
    { nil: undefined },
  ),
  window: fc.constantFrom(Number.POSITIVE_INFINITY, 9),
});

function roomOf({ blocks, perBlock, latencyNs }: { blocks: number; perBlock: number; latencyNs: number }): HostRoom {
  return { blocks, latencyNs, transferNs: (count) => perBlock * count };
}

/** What was reported of each request, and what came of it all. */
interface Reported {
  readonly lines: string[];
  readonly passes: object[];
  computed: number;
  preempted: number;
  finished: number;
  readonly use: CacheUse;
  readonly heldBlocks: number;
  /** [replicas · data groups] */
  readonly owedBlocks: readonly number[];
}

/** Plays the hall: passes end one time step after they start, each replica's in the order in which they started. */
function played(drawn: Case): Reported {
  const slots = new RequestSlots();
  const serving = {
    scheduler: {
      kind: drawn.kind,
      tokenBudget: drawn.maxSequences + drawn.more,
      maxSequences: drawn.maxSequences,
      order: drawn.order,
      every: 3,
    },
    overlap: { kind: "none" },
    kv: { blockTokens: BLOCK, share: 1, blocks: drawn.blocks, prefixCache: drawn.prefixCache, admission: drawn.admission },
    balancer: { replicas: { kind: drawn.balancer, factor: 2 }, dataGroups: { kind: drawn.balancer, factor: 2 } },
  } as ServingSpec;
  const scheduler = createScheduler(serving, {
    requests: slots,
    classes: [
      { name: "soon", priority: 0, targets: [] },
      { name: "later", priority: 1, targets: [] },
    ],
    streams: new Streams(1),
    kvTokens: drawn.blocks * BLOCK,
    host: drawn.host,
    passesAtOnce: drawn.passesAtOnce,
    replicas: drawn.replicas,
    dataGroups: drawn.dataGroups,
    window: drawn.window,
    attentionCost: (tokens) => tokens,
  });
  const reported = { lines: [] as string[], passes: [] as object[], computed: 0, preempted: 0, finished: 0 };
  const report = (what: string) => (slot: number, _: unknown, nowNs: number) => {
    reported.lines.push(`${slots.number[slot]} ${what} ${nowNs}`);
  };
  const observer: SchedulerObserver = {
    started: report("started"),
    loading: (slot, replica, readyNs) => report("loads until")(slot, replica, readyNs),
    firstToken: report("first"),
    gaps: () => {},
    steps: () => {},
    preempted: (slot, batch, nowNs) => {
      reported.preempted++;
      report("preempted")(slot, batch, nowNs);
    },
    finished: (slot, batch, nowNs) => {
      reported.finished++;
      report("finished")(slot, batch, nowNs);
      slots.leave(slot);
    },
    rejected: () => expect.unreachable(),
    startedOver: () => expect.unreachable(),
    failed: () => expect.unreachable(),
    refused: () => expect.unreachable(),
  };
  const underWay: Pass[][] = Array.from({ length: drawn.replicas }, () => []);
  const request: ArrivingRequest = createArrivingRequest();
  let arrived = 0;
  const total = drawn.requests.length;
  for (let now = 0; reported.finished < total; now++) {
    expect(now).toBeLessThan(20_000);
    const until = drawn.together === 0 ? reported.finished + 1 : arrived + drawn.together;
    while (arrived < Math.min(until, total)) {
      const { promptTokens, outputTokens, ids } = drawn.requests[arrived]!;
      const prefix = Int32Array.from(ids);
      Object.assign(request, { arrivedNs: now, promptTokens, outputTokens, classIndex: arrived % 2, prefix, prefixBlockTokens: BLOCK });
      arrived++;
      scheduler.arrive(slots.take(request), now, observer);
    }
    for (let replica = 0; replica < drawn.replicas; replica++) {
      const passes = underWay[replica]!;
      for (let pass = scheduler.next(replica, now, observer); pass !== undefined; pass = scheduler.next(replica, now, observer)) {
        passes.push(pass);
        reported.computed += pass.newTokens.reduce((sum, tokens) => sum + tokens, 0);
        const { newTokens, contextTokens, pairs, sequences } = pass;
        reported.passes.push([now, [...sequences], [...newTokens], [...contextTokens], [...pairs]]);
        for (const tokens of newTokens) expect(tokens).toBeLessThanOrEqual(drawn.maxSequences + drawn.more);
        expect(scheduler.cache!.occupancy(replica).heldBlocks).toBeLessThanOrEqual(drawn.blocks * drawn.dataGroups);
      }
      const ending = passes.shift();
      if (ending !== undefined) scheduler.finish(ending, now + 0.5, observer);
    }
  }
  const held = Array.from({ length: drawn.replicas }, (_, replica) => scheduler.cache!.occupancy(replica).heldBlocks);
  const owedBlocks = (scheduler.cache as DataGroups).all.map(({ owed }) => owed);
  return { ...reported, use: scheduler.cache!.use(), heldBlocks: held.reduce((sum, blocks) => sum + blocks, 0), owedBlocks };
}

const law = (check: (drawn: Case) => void, cases = anyCase) =>
  fc.assert(fc.property(cases, check), { numRuns: drawnCases(150), endOnFailure: true });

const plain: Omit<Case, "requests"> = {
  kind: "continuous",
  order: "first-come",
  prefixCache: true,
  admission: undefined,
  maxSequences: 8,
  more: 100,
  blocks: 100,
  dataGroups: 1,
  replicas: 1,
  passesAtOnce: 1,
  together: 0,
  balancer: "round-robin",
  host: undefined,
  window: Number.POSITIVE_INFINITY,
};

describe("with a prefix cache", () => {
  test("every request finishes once, and none holds a block or is owed one in the end", () => {
    law((drawn) => {
      const { finished, heldBlocks, owedBlocks, use } = played(drawn);
      for (const owed of owedBlocks) expect(owed).toBe(0);
      expect(finished).toBe(drawn.requests.length);
      expect(heldBlocks).toBe(0);
      expect(use.prefix!.keptBlocks).toBeLessThanOrEqual(drawn.blocks * drawn.dataGroups * drawn.replicas);
    });
  });

  test("what is computed is what was asked for, less the tokens that were found, and those of preemptions that were not found again", () => {
    law((drawn) => {
      const { computed, use } = played(drawn);
      const once = drawn.requests.reduce((sum, { promptTokens, outputTokens }) => sum + promptTokens + outputTokens - 1, 0);
      expect(computed).toBe(once - use.hitTokens + use.recomputedTokens);
      expect(use.recomputedTokens).toBeGreaterThanOrEqual(0);
      expect(use.soughtTokens).toBe(drawn.requests.reduce((sum, { promptTokens }) => sum + promptTokens, 0));
      expect(use.hitTokens).toBeLessThanOrEqual(use.soughtTokens);
      expect(use.prefix!.host?.hitTokens ?? 0).toBeLessThanOrEqual(use.hitTokens);
    });
  });

  test("none is preempted where whole outputs have to fit, however many blocks are shared", () => {
    law((drawn) => {
      expect(played({ ...drawn, admission: "output" }).preempted).toBe(0);
    });
  });

  /** None has an id that another has. */
  const apart = anyCase.map((drawn) => ({
    ...drawn,
    requests: drawn.requests.map((each, i) => ({ ...each, ids: i % 2 === 0 ? [] : each.ids.map((id, at) => 100 * i + 10 * id + at) })),
  }));

  test("who shares nothing finds nothing, and after a preemption at most what it had", { tags: "long" }, () => {
    let regained = 0;
    law((any) => {
      const drawn = { ...any, admission: any.admission === "output" ? undefined : any.admission }; // where some are preempted
      const { use } = played({ ...drawn, prefixCache: true });
      const { use: without } = played({ ...drawn, prefixCache: false, host: undefined, balancer: "round-robin" });
      expect([use.hitTokens, use.prefix!.host?.hitTokens ?? 0]).toEqual([0, 0]);
      if (use.recomputedTokens < without.recomputedTokens) regained++;
    }, apart);
    expect(regained).toBeGreaterThan(5); // of some seeds of the cases 16 to 40
  });

  test("requests that share nothing are served at the same times, in the same passes, as without, unless one is preempted", {
    tags: "long",
  }, () => {
    const withRoom = apart.map((drawn) => ({ ...drawn, balancer: "round-robin" as const, blocks: 13 + 12 * drawn.maxSequences }));
    law((drawn) => {
      const without = played({ ...drawn, prefixCache: false, host: undefined });
      const { lines, passes, preempted, use } = played(drawn);
      expect(preempted).toBe(0);
      expect(lines).toEqual(without.lines);
      expect(passes).toEqual(without.passes);
      expect(use.hitTokens).toBe(0);
    }, withRoom);
  });

  test("more room never lowers the hits of one conversation, a turn at a time", () => {
    const turns = fc.array(fc.record({ asked: fc.integer({ min: 1, max: 20 }), answered: fc.integer({ min: 1, max: 12 }) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (said, room, more) => {
        const requests: Request[] = [];
        let before = 0;
        for (const { asked, answered } of said) {
          const promptTokens = before + asked;
          const ids = Array.from({ length: Math.floor(promptTokens / BLOCK) }, (_, at) => at);
          requests.push({ promptTokens, outputTokens: answered, ids });
          before = promptTokens + answered;
        }
        const least = Math.ceil(before / BLOCK);
        const hits = (blocks: number) => played({ ...plain, requests, blocks }).use.hitTokens;
        expect(hits(least + room + more)).toBeGreaterThanOrEqual(hits(least + room));
      }),
      { numRuns: drawnCases(100) },
    );
  });
});

const same = { promptTokens: 22, outputTokens: 1, ids: [1, 2, 3, 4] };

test("a prompt that begins like one before is computed from where they part, and attends to all of it", () => {
  const { passes } = played({ ...plain, requests: [same, same] });
  expect(passes[0]).toEqual([0, [1], [22], [22], [253]]); // 22 · 23 / 2
  expect(passes[1]).toEqual([1, [1], [6], [22], [117]]); // 4 blocks of 4 are there: 6 · 16 + 6 · 7 / 2
});

test("prompts that begin alike share even in one pass: the second computes what the first does not", () => {
  const { passes } = played({ ...plain, together: 2, requests: [same, same] });
  expect(passes).toEqual([[0, [2], [28], [44], [253 + 117]]]);
});

test("a prompt whose beginning is on the host waits for it, and computes the rest then", () => {
  const host = { blocks: 100, latencyNs: 3, transferNs: (blocks: number) => 2 * blocks };
  const other = { promptTokens: 40, outputTokens: 1, ids: [] };
  const { lines, use } = played({ ...plain, blocks: 10, host, requests: [same, other, same] });
  expect(lines).toEqual([
    "0 started 0",
    "0 first 0.5",
    "0 finished 0.5",
    "1 started 1",
    "1 first 1.5",
    "1 finished 1.5",
    "2 loads until 13", // from 2 on: 4 blocks of 2, and 3
    "2 started 13",
    "2 first 13.5",
    "2 finished 13.5",
  ]);
  expect(use.prefix!.host).toMatchObject({ hitTokens: 16, loads: 1, loadNs: 11 });
});
