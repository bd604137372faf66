import { fc, test } from "@fast-check/vitest";
import { Streams } from "@tokenyard/random";
import type { ServingSpec } from "@tokenyard/scenario";
import { expect } from "vitest";
import { createScheduler } from "../../create-scheduler.ts";
import { createArrivingRequest } from "../../requests/arriving-request.ts";
import type { SchedulerObserver } from "../../requests/request-observer.ts";
import { RequestSlots } from "../../requests/request-slots.ts";
import { SILENT } from "../../requests/silent-observer.ts";
import type { Limits } from "../data-group.ts";
import { Sequences } from "../sequences.ts";
import { Decoders } from "./decoders.ts";
import { PassGaps } from "./pass-gaps.ts";

interface Coming {
  readonly atNs: number;
  readonly prompt: number;
  readonly output: number;
}

const STEP_NS = 10;

/** Gaps of all requests, in order of length, and when each request had its first and its last token, by steps of 10 ns. */
function served(interval: number, coming: readonly Coming[], keys: object = {}, kvTokens = 10_000) {
  const requests = new RequestSlots();
  const scheduler = { kind: "continuous", tokenBudget: 100, maxSequences: 8, order: "first-come" };
  const serving = { scheduler, ...(interval > 1 ? { streamInterval: interval } : {}), kv: { blockTokens: 4 }, ...keys } as ServingSpec;
  const continuous = createScheduler(serving, {
    requests,
    classes: [{ name: "all", priority: 0, targets: [] }],
    streams: new Streams(1),
    kvTokens,
    passesAtOnce: 1,
    replicas: 1,
    dataGroups: 1,
    window: Number.POSITIVE_INFINITY,
    attentionCost: (tokens) => tokens,
  });
  const gaps: number[] = [];
  const [firsts, lasts] = [new Map<number, number>(), new Map<number, number>()];
  let preempted = 0;
  const observer: SchedulerObserver = {
    ...SILENT,
    gaps: (lengthNs, count) => gaps.push(...Array.from({ length: count }, () => lengthNs)),
    firstToken: (slot, _, nowNs) => firsts.set(requests.number[slot]!, nowNs),
    finished: (slot, _, nowNs) => lasts.set(requests.number[slot]!, nowNs),
    preempted: () => preempted++,
  };
  const left = [...coming];
  for (let nowNs = 0; lasts.size < coming.length; nowNs += STEP_NS) {
    while (left.length > 0 && left[0]!.atNs <= nowNs) {
      const { atNs, prompt, output } = left.shift()!;
      const arriving = createArrivingRequest();
      Object.assign(arriving, { arrivedNs: atNs, promptTokens: prompt, outputTokens: output, classIndex: 0 });
      continuous.arrive(requests.take(arriving), atNs, observer);
    }
    const pass = continuous.next(0, nowNs, observer);
    if (pass !== undefined) continuous.finish(pass, nowNs + STEP_NS, observer);
  }
  return { gaps: gaps.sort((a, b) => a - b), firsts: [...firsts], lasts: [...lasts], preempted };
}

test("the first token is streamed at once, then three at a time, and the rest with the last", () => {
  const one = (output: number) => served(3, [{ atNs: 0, prompt: 7, output }]).gaps;
  expect(one(7)).toEqual([0, 0, 0, 0, 30, 30]); // tokens 1 at 10 ns, 2 to 4 at 40, 5 to 7 at 70
  expect(one(6)).toEqual([0, 0, 0, 20, 30]); // 5 and 6 at 60
  expect(one(2)).toEqual([10]);
  expect(one(1)).toEqual([]);
});

test("each request is streamed by its own tokens", () => {
  const { gaps } = served(2, [
    { atNs: 0, prompt: 7, output: 4 }, // tokens at 10, 20, 30, 40: streamed at 10, 30 and 40
    { atNs: 5, prompt: 7, output: 3 }, // tokens at 20, 30, 40: streamed at 20 and 40
  ]);
  expect(gaps).toEqual([0, 0, 10, 20, 20]);
});

const loads = fc.array(fc.record({ atNs: fc.nat(60), prompt: fc.integer({ min: 1, max: 12 }), output: fc.integer({ min: 1, max: 14 }) }), {
  minLength: 1,
  maxLength: 9,
});

test.prop([loads, fc.integer({ min: 2, max: 6 })])("gaps are those of each request's tokens, one behind the other", (coming, interval) => {
  const ordered = [...coming].sort((a, b) => a.atNs - b.atNs);
  const { gaps, firsts, lasts } = served(interval, ordered);
  const lastOf = new Map(lasts);
  const slow = firsts.flatMap(([number, firstNs]) => {
    const tokens = (lastOf.get(number)! - firstNs) / STEP_NS; // after the first, one in each step
    const groups = Array.from({ length: Math.ceil(tokens / interval) }, (_, at) => Math.min(interval, tokens - at * interval));
    return groups.flatMap((size) => [size * STEP_NS, ...Array.from({ length: size - 1 }, () => 0)]);
  });
  expect(gaps).toEqual(slow.sort((a, b) => a - b));
});

test.prop([loads, fc.integer({ min: 2, max: 6 }), fc.boolean()])(
  "streaming changes no time of a first or a last token, nor how many gaps there are and what they come to, in a full cache and with drafts too",
  (coming, interval, drafts) => {
    const ordered = [...coming].sort((a, b) => a.atNs - b.atNs);
    const acceptance = { kind: "survival", survival: [0.6, 0.3] };
    const keys = drafts ? { speculation: { kind: "mtp", tokens: 2, acceptance } } : {};
    const [plain, streamed] = [served(1, ordered, keys, 40), served(interval, ordered, keys, 40)];
    expect([streamed.firsts, streamed.lasts, streamed.preempted]).toEqual([plain.firsts, plain.lasts, plain.preempted]);
    const sum = (gaps: readonly number[]) => gaps.reduce((all, gap) => all + gap, 0);
    expect([streamed.gaps.length, sum(streamed.gaps)]).toEqual([plain.gaps.length, sum(plain.gaps)]);
  },
);

test.prop([
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
  fc.integer({ min: 2, max: 5 }),
  fc.integer({ min: 1, max: 12 }),
])("steps that are taken together have the gaps of steps taken one by one", (outs, interval, steps) => {
  const gapsOf = (isTogether: boolean) => {
    const sequences = new Sequences();
    const requests = { outputTokens: new Float64Array(outs.length).fill(100), classIndex: new Int32Array(outs.length) };
    const limits = { blockTokens: 16, maxSequences: 9, window: Number.POSITIVE_INFINITY, streamInterval: interval } as Limits;
    const decoders = new Decoders(limits, requests as unknown as RequestSlots, sequences);
    const gaps: number[] = [];
    const observer = { ...SILENT, gaps: (ns: number, count: number) => gaps.push(...Array.from({ length: count }, () => ns)) };
    const pass = new PassGaps();
    let nowNs = 0;
    for (const [slot, out] of outs.entries()) {
      sequences.enter(slot, 10, 0);
      sequences.begin(slot, 1, 7 * slot - 100);
      sequences.out[slot] = out;
      sequences.streamed[slot] = out - ((out - 1) % interval);
      decoders.join(slot, 0);
      nowNs += 11;
      decoders.finishStep(nowNs, pass, observer); // each joins a step later
    }
    const endsNs = Float64Array.from({ length: steps }, (_, at) => nowNs + (at + 1) * (at + 10));
    if (isTogether) decoders.advance(steps, endsNs, new Float64Array(16), pass, observer);
    else for (const endNs of endsNs) decoders.finishStep(endNs, pass, observer);
    pass.report(observer);
    return gaps.sort((a, b) => a - b);
  };
  expect(gapsOf(true)).toEqual(gapsOf(false));
});
