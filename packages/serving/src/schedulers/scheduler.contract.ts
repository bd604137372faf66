import { type Pass, PHASES } from "@tokenyard/model";
import { Streams } from "@tokenyard/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchSizes } from "../batches/batch-sizes.ts";
import type { Requests } from "../requests/request.ts";
import { SILENT } from "../requests/silent-observer.ts";
import type { Scheduler, ServingContext } from "../scheduler.ts";

/** A pass as it was handed out, with its columns copied. */
export interface SeenPass extends Pass {
  /** Place in the order in which passes were finished. */
  finishedAt: number;
  /** Of the passes that had finished when it was handed out, the last one's place; −1: none had. */
  startedAt: number;
}

/** What came of a run: every pass in the order in which it was handed out, and for every request the passes of its first and last token. */
export interface History {
  readonly passes: readonly SeenPass[];
  readonly first: readonly (readonly SeenPass[])[];
  readonly last: readonly (readonly SeenPass[])[];
}

/** Small sets of requests over few replicas and data groups, with and without a window; the attention of a prompt costs the square of its tokens. */
export const anyContext: fc.Arbitrary<ServingContext> = fc
  .record({
    lengths: fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 7 })), { minLength: 1, maxLength: 30 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    dataGroups: fc.integer({ min: 1, max: 4 }),
    window: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 60 })),
    batchSizes: fc.constantFrom(undefined, new BatchSizes([2, 5]), new BatchSizes([1, 4, 100])),
  })
  .map(({ lengths, ...shape }) => ({ ...contextOf(lengths), ...shape }));

export function contextOf(lengths: readonly (readonly [prompt: number, output: number])[]): ServingContext {
  const requests: Requests = {
    count: lengths.length,
    arrivedNs: new Float64Array(lengths.length),
    promptTokens: Int32Array.from(lengths, ([prompt]) => prompt),
    outputTokens: Int32Array.from(lengths, ([, output]) => output),
  };
  const [classes, streams] = [[{ name: "all", priority: 0, targets: [] }], new Streams(1)];
  const room = { classes, streams, kvTokens: Number.POSITIVE_INFINITY, passesAtOnce: 1 };
  return { requests, ...room, replicas: 1, dataGroups: 1, window: Number.POSITIVE_INFINITY, attentionCost: (tokens) => tokens * tokens };
}

/** Which of the passes under way ends next, as an endless list of choices. */
export const anyOrder = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 10 });

/**
 * Plays the hall: all requests arrive, every pass that is offered is taken at once, and passes end one by one in the order that `order` picks;
 * in steps that are `broken` the pass is broken off, and is none of the history.
 */
export function played(
  scheduler: Scheduler,
  context: ServingContext,
  order: readonly number[] = [0],
  broken: ReadonlySet<number> = new Set(),
): History {
  const passes: SeenPass[] = [];
  const first: SeenPass[][] = Array.from(context.requests.arrivedNs, () => []);
  const last: SeenPass[][] = Array.from(context.requests.arrivedNs, () => []);
  const underWay: { given: Pass; seen: SeenPass }[] = [];
  const started: number[] = [];
  const observer = { ...SILENT, started: (request: number) => void started.push(request) };
  const take = (step: number) => {
    for (let replica = 0; replica < context.replicas; replica++) {
      for (let given = scheduler.next(replica, 0, observer); given !== undefined; given = scheduler.next(replica, 0, observer)) {
        expect(given.replica).toBe(replica);
        expect(underWay.some((other) => other.given === given)).toBe(false);
        const seen = { ...copyOf(given), finishedAt: -1, startedAt: step };
        passes.push(seen);
        underWay.push({ given, seen });
      }
    }
  };

  for (let request = 0; request < context.requests.count; request++) {
    scheduler.arrive(request, 0, SILENT);
    take(-1);
  }
  for (let step = 0; underWay.length > 0; step++) {
    const [ending] = underWay.splice(order[step % order.length]! % underWay.length, 1);
    const { given, seen } = ending!;
    if (!isAlike(given, seen)) expect(copyOf(given)).toEqual({ ...seen, finishedAt: undefined, startedAt: undefined }); // they were not touched meanwhile
    if (broken.has(step)) {
      passes.splice(passes.indexOf(seen), 1);
      scheduler.breakOff(given);
      take(step);
      continue;
    }
    seen.finishedAt = step;
    const reported = { first: [] as number[], last: [] as number[] };
    scheduler.finish(given, step, {
      ...SILENT,
      firstToken: (request, _, nowNs) => {
        expect(nowNs).toBe(step);
        reported.first.push(request);
        first[request]!.push(seen);
      },
      finished: (request, _, nowNs) => {
        expect(nowNs).toBe(step);
        expect(first[request]).toHaveLength(1); // no last token before the first
        reported.last.push(request);
        last[request]!.push(seen);
      },
    });
    expect(reported.first).toEqual(reported.first.toSorted((a, b) => a - b));
    expect(reported.last).toEqual(reported.last.toSorted((a, b) => a - b));
    take(step);
  }
  expect(started.sort((a, b) => a - b)).toEqual([...context.requests.arrivedNs.keys()]); // each wait ends once
  return { passes, first, last };
}

/** Whether passes are the same; said without copies, as it is asked of each. */
function isAlike(a: Pass, b: Pass): boolean {
  const [ofA, ofB] = [a, b].map((pass) => [pass.rows, ...Object.values(columnsOf(pass))] as const);
  return (
    (["replica", "microBatch", "index", "phase", "decoding"] as const).every((key) => Object.is(a[key], b[key])) &&
    ofA!.every((column, at) => column.length === ofB![at]!.length && column.every((value, i) => Object.is(value, ofB![at]![i])))
  );
}

function copyOf(pass: Pass): Pass {
  const { replica, microBatch, index, phase } = pass;
  const copies = Object.entries(columnsOf(pass)).map(([name, column]) => [name, column.slice()]);
  const columns = Object.fromEntries(copies) as ReturnType<typeof columnsOf>;
  return { replica, microBatch, index, phase, decoding: pass.decoding, rows: pass.rows.slice(), ...columns };
}

/** The columns of a pass that add up, by name. */
export function columnsOf(pass: Pass) {
  const { sequences, newTokens, contextTokens, pairs, windowedContextTokens, windowedPairs, outputs } = pass;
  return { sequences, newTokens, contextTokens, pairs, windowedContextTokens, windowedPairs, outputs };
}

/** The requests that take part in `pass`: their micro-batch is its, and it lies between the passes of their first and last token. */
export function membersOf(pass: Pass, { first, last }: History): number[] {
  return first.flatMap(([prefill], request) => {
    const same = prefill?.replica === pass.replica && prefill.microBatch === pass.microBatch;
    return same && prefill.index <= pass.index && pass.index <= last[request]![0]!.index ? [request] : [];
  });
}

/** The columns of `pass` for one set of its requests, each counted from its lengths. */
export function recounted(pass: Pass, members: readonly number[], { requests, window }: ServingContext) {
  const { promptTokens, outputTokens } = requests;
  const sums = { sequences: 0, newTokens: 0, contextTokens: 0, pairs: 0, windowedContextTokens: 0, windowedPairs: 0, outputs: 0 };
  for (const request of members) {
    expect(pass.index).toBeLessThan(outputTokens[request]!);
    const added = pass.index === 0 ? promptTokens[request]! : 1;
    const past = pass.index === 0 ? 0 : promptTokens[request]! + pass.index - 1;
    sums.sequences += 1;
    sums.newTokens += added;
    sums.contextTokens += past + added;
    const read = new Set<number>(); // tokens whose keys some new token sees through the window
    for (let token = past + 1; token <= past + added; token++) {
      const first = Math.max(1, token - window + 1); // it attends to the past, those before it and itself; in a window to the last of them
      sums.pairs += token;
      sums.windowedPairs += token - first + 1;
      for (let seen = first; seen <= token; seen++) read.add(seen);
    }
    sums.windowedContextTokens += read.size;
    sums.outputs += 1;
  }
  return sums;
}

export const sum = (column: ArrayLike<number>) => Array.from(column).reduce((total, value) => total + value, 0);

/** What every scheduler owes, whatever its order: run by each implementation's tests. */
export function schedulerContract(name: string, create: (context: ServingContext) => Scheduler): void {
  const eachRun = (check: (history: History, context: ServingContext, scheduler: Scheduler) => void) =>
    fc.assert(
      fc.property(anyContext, anyOrder, (context, order) => {
        const scheduler = create(context);
        check(played(scheduler, context, order), context, scheduler);
      }),
      { numRuns: drawnCases(50) },
    );

  describe(`${name}, as every scheduler,`, () => {
    test("gives every request one first token, and finishes it once, after as many passes of one micro-batch as it has output tokens", () => {
      eachRun(({ first, last }, { requests }) => {
        for (let request = 0; request < requests.count; request++) {
          expect(first[request]).toHaveLength(1);
          expect(last[request]).toHaveLength(1);
          const [from] = first[request]!;
          const [to] = last[request]!;
          expect([to!.replica, to!.microBatch]).toEqual([from!.replica, from!.microBatch]);
          expect(to!.index - from!.index + 1).toBe(requests.outputTokens[request]);
        }
      });
    });

    test("computes every prompt token once, and yields every output token once", () => {
      eachRun(({ passes }, { requests }) => {
        const prefill = passes.filter((pass) => PHASES[pass.phase] === "prefill");
        const decode = passes.filter((pass) => PHASES[pass.phase] === "decode");
        expect(sum(prefill.map((pass) => sum(pass.newTokens)))).toBe(sum(requests.promptTokens));
        expect(sum(decode.map((pass) => sum(pass.newTokens)))).toBe(sum(requests.outputTokens) - requests.count);
        expect(sum(passes.map((pass) => sum(pass.outputs)))).toBe(sum(requests.outputTokens));
      });
    });

    test("fills the columns of a pass with what its requests add up to", () => {
      eachRun((history, context) => {
        for (const pass of history.passes) {
          const columns = columnsOf(pass);
          for (const column of Object.values(columns)) expect(column).toHaveLength(context.dataGroups);
          const totals = Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, sum(values)]));
          expect(totals).toEqual(recounted(pass, membersOf(pass, history), context));
        }
      });
    });

    test("pads what only decodes to the next batch size, group by group, and nothing else", () => {
      eachRun(({ passes }, { batchSizes }) => {
        for (const { phase, rows, newTokens } of passes) {
          const padded = PHASES[phase] === "prefill" || batchSizes === undefined ? newTokens : newTokens.map((n) => batchSizes.rows(n));
          expect(rows).toEqual(padded);
        }
      });
    });

    test("lets a micro-batch's passes follow each other: numbered from 0, each after the one before has finished", () => {
      eachRun(({ passes }) => {
        const before = new Map<string, SeenPass>();
        for (const pass of passes) {
          const key = `${pass.replica}/${pass.microBatch}`;
          expect(pass.index).toBe((before.get(key)?.index ?? -1) + 1);
          expect(pass.finishedAt).toBeGreaterThan(before.get(key)?.finishedAt ?? -1);
          before.set(key, pass);
        }
      });
    });

    test("forms a pass that is broken off again: micro-batch by micro-batch, the passes that end are those of a run in which none is", () => {
      const byBatch = ({ passes }: History) => {
        const ended = passes.map(({ finishedAt: _, startedAt: __, ...pass }) => pass);
        return ended.sort((a, b) => a.replica - b.replica || a.microBatch - b.microBatch || a.index - b.index);
      };
      fc.assert(
        fc.property(anyContext, anyOrder, fc.array(fc.nat(60)), (context, order, broken) => {
          const whole = played(create(context), context, order);
          expect(byBatch(played(create(context), context, order, new Set(broken)))).toEqual(byBatch(whole));
        }),
        { numRuns: drawnCases(50) },
      );
    });

    test("names a load that no pass exceeds, and caches no more than it reserved", () => {
      eachRun(({ passes }, { replicas, dataGroups, window }, scheduler) => {
        const { passTokens, passTotalTokens, passSequences, kvTokens, windowedKvTokens } = scheduler.load();
        expect(kvTokens).toHaveLength(replicas * dataGroups);
        expect(windowedKvTokens).toHaveLength(replicas * dataGroups);
        expect(Math.max(...passes.flatMap(({ rows }) => [...rows]))).toBeLessThanOrEqual(passTokens);
        expect(Math.max(...passes.map(({ rows }) => sum(rows)))).toBeLessThanOrEqual(passTotalTokens);
        expect(Math.max(...passes.flatMap(({ sequences }) => [...sequences]))).toBeLessThanOrEqual(passSequences);
        const cached = new Map<string, Pass>(); // by micro-batch, as of its latest pass
        for (const pass of passes) {
          cached.set(`${pass.replica}/${pass.microBatch}`, pass);
          for (let group = 0; group < dataGroups; group++) {
            const ofReplica = [...cached.values()].filter(({ replica }) => replica === pass.replica);
            const tokens = sum(ofReplica.map(({ contextTokens }) => contextTokens[group]!));
            expect(tokens).toBeLessThanOrEqual(kvTokens[pass.replica * dataGroups + group]!);
            const decoding = ofReplica.filter(({ phase }) => PHASES[phase] === "decode"); // of a prompt, layers forget as they go
            const seen = sum(decoding.map(({ windowedContextTokens }) => windowedContextTokens[group]!));
            expect(seen).toBeLessThanOrEqual(windowedKvTokens[pass.replica * dataGroups + group]!);
            const most = window * sum(ofReplica.map(({ sequences }) => sequences[group]!));
            if (window < Number.POSITIVE_INFINITY) expect(seen).toBeLessThanOrEqual(most);
          }
        }
      });
    });

    test("has used what its passes were at most, and what its requests had cached at the highest moment", () => {
      eachRun((history, { requests, replicas, dataGroups, window, batchSizes }, scheduler) => {
        const { passes, first, last } = history;
        const used = scheduler.use!();
        const ran = {
          passTokens: Math.max(...passes.flatMap(({ rows }) => [...rows])),
          passTotalTokens: Math.max(...passes.map(({ rows }) => sum(rows))),
        };
        for (const key of ["passTokens", "passTotalTokens"] as const) {
          if (batchSizes === undefined) expect(used[key]).toBe(ran[key]);
          else expect(used[key]).toBeGreaterThanOrEqual(ran[key]); // short prompts may have ended without a decode that is padded
        }
        expect(used.passSequences).toBe(Math.max(...passes.flatMap(({ outputs }) => [...outputs])));
        const steps = Math.max(...passes.map(({ finishedAt }) => finishedAt));
        const most = { kvTokens: 0, windowedKvTokens: 0 }; // of all data groups of a replica together: a pass does not report whose tokens are whose
        for (let replica = 0; replica < replicas; replica++) {
          for (let step = -1; step < steps; step++) {
            const held = { kvTokens: 0, windowedKvTokens: 0 };
            for (let request = 0; request < requests.count; request++) {
              const [from] = first[request]!;
              if (from!.replica !== replica || from!.startedAt > step || last[request]![0]!.finishedAt <= step) continue;
              const started = passes.filter(
                (pass) => pass.microBatch === from!.microBatch && pass.replica === replica && pass.startedAt <= step,
              );
              const tokens = requests.promptTokens[request]! + Math.max(...started.map(({ index }) => index));
              held.kvTokens += tokens;
              held.windowedKvTokens += Math.min(tokens, window);
            }
            for (const key of ["kvTokens", "windowedKvTokens"] as const) most[key] = Math.max(most[key], held[key]);
          }
        }
        const load = scheduler.load();
        for (const key of ["kvTokens", "windowedKvTokens"] as const) {
          if (dataGroups === 1) expect(Math.max(...used[key])).toBe(most[key]);
          else expect(sum(used[key])).toBeGreaterThanOrEqual(most[key]); // each at its own moment
          for (const [home, tokens] of used[key].entries()) expect(tokens).toBeLessThanOrEqual(load[key][home]!);
        }
      });
    });

    test("has nothing left to do when all requests have finished", () => {
      eachRun((_, { replicas }, scheduler) => {
        for (let replica = 0; replica < replicas; replica++) expect(scheduler.next(replica, 0, SILENT)).toBeUndefined();
      });
    });
  });
}
