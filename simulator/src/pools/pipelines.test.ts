import type { Groups } from "@tokenyard/placement";
import { OP_KINDS, type Op, type OpCost, type PassAtWork, programFrom, WHOLE } from "@tokenyard/program";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RunTimeline } from "../event.ts";
import { type ReferenceOp, type ReferenceSlice, type ReferenceStage, referenceRun } from "../laws/reference-executor.contract.ts";
import { Recorder } from "../logs/recorder.ts";
import { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { StageSpec } from "../programs/stage-spec.ts";
import { Cuts } from "./cuts.ts";
import { Pipelines } from "./pipelines.ts";

interface Case {
  readonly stages: readonly ReferenceStage[];
  readonly arrivalsNs: readonly number[];
}

const MICRO_BATCHES = 5;

/** Splits 0 … ranks − 1 into groups by a random label each. */
const partition = (ranks: number) =>
  fc.array(fc.nat(ranks - 1), { minLength: ranks, maxLength: ranks }).map((labels) => {
    const groups = new Map<number, number[]>();
    for (const [rank, label] of labels.entries()) groups.set(label, [...(groups.get(label) ?? []), rank]);
    return [...groups.values()];
  });

const opOf = (ranks: number) => fc.record({ lane: fc.nat(1), groups: partition(ranks), after: fc.array(fc.nat(20), { maxLength: 2 }) });

/** Ops that each come after up to two of those before them; with `inTurn`, after the one before. */
const bodyOf = (ranks: number, inTurn: boolean) =>
  fc
    .array(opOf(ranks), { minLength: 0, maxLength: inTurn ? 6 : 9 })
    .map((ops) =>
      ops.map((op, o): ReferenceOp => ({ ...op, after: o === 0 ? [] : inTurn ? [o - 1] : [...new Set(op.after.map((at) => at % o))] })),
    );

const sliceOf = (ranks: number, last: boolean, inTurn: boolean): fc.Arbitrary<ReferenceSlice> =>
  bodyOf(ranks, inTurn).chain((body) => {
    const followed = new Set(body.flatMap(({ after }) => after));
    const ends = body.flatMap((_, o) => (followed.has(o) ? [] : [o]));
    const send = { lane: 1, groups: Array.from({ length: ranks }, (_, rank) => [rank]), after: ends };
    const ops = last ? body : [...body, send];
    const column = fc.array(fc.nat(9), { minLength: ranks, maxLength: ranks });
    return fc
      .array(fc.tuple(...ops.map(() => column)), { minLength: MICRO_BATCHES, maxLength: MICRO_BATCHES })
      .map((durationNs) => ({ ops, beforeSend: body.length, durationNs }));
  });

const stagesOf = (ranks: number, inTurn: boolean, count: number, visits: number): fc.Arbitrary<readonly ReferenceStage[]> => {
  const slices = (s: number) => Array.from({ length: visits }, (_, v) => sliceOf(ranks, s === count - 1 && v === visits - 1, inTurn));
  return fc.tuple(
    ...Array.from({ length: count }, (_, s) => fc.tuple(...slices(s)).map((own): ReferenceStage => ({ ranks, slices: own }))),
  );
};

const caseOf = (inTurn: boolean): fc.Arbitrary<Case> =>
  fc.integer({ min: 1, max: 5 }).chain((ranks) =>
    fc.record({
      stages: fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
        .chain(([count, visits]) => stagesOf(ranks, inTurn, count, visits)),
      arrivalsNs: fc.array(fc.nat(20), { minLength: MICRO_BATCHES, maxLength: MICRO_BATCHES }).map((times) => times.sort((a, b) => a - b)),
    }),
  );

const compressed = (groups: readonly (readonly number[])[], ranks: number): Groups => {
  const groupOf = new Int32Array(ranks);
  for (const [g, group] of groups.entries()) for (const rank of group) groupOf[rank] = g;
  const offsets = Int32Array.from([0, ...groups.map((_, g) => groups.slice(0, g + 1).flat().length)]);
  return { members: Int32Array.from(groups.flat()), offsets, groupOf };
};

const kinds = [OP_KINDS.findIndex((kind) => kind.name === "attention"), OP_KINDS.findIndex((kind) => kind.name === "send")];

/** Runs a case on the real stages, until it is broken off at `cutNs`: the times of every op that has ended [stage][slice][micro-batch][op], and what the recorder summed. */
function hallRun({ stages, arrivalsNs }: Case, cutNs?: number) {
  const ranks = stages[0]!.ranks;
  const specs = stages.map((stage, id): StageSpec => {
    const opOf = ({ lane, after }: ReferenceOp, o: number): Op => ({
      work: "send",
      kind: kinds[lane]!,
      lane: lane as 0 | 1,
      barrier: "none",
      layer: o,
      part: WHOLE,
      after,
    });
    return {
      id,
      replica: 0,
      position: id,
      firstRank: id * ranks,
      ranks,
      slices: stage.slices.map(({ ops, beforeSend }) => ({
        program: programFrom(ops.map(opOf), beforeSend),
        groups: ops.map((op) => compressed(op.groups, ranks)),
        halves: undefined,
      })),
    };
  });
  const times = stages.map(({ slices }) =>
    slices.map(() => Array.from({ length: MICRO_BATCHES }, () => [] as { startNs: number[]; endNs: number[] }[])),
  );
  const leftNs: number[] = [];
  const passed: MicroBatch[] = [];
  class Witness extends Recorder {
    override commit(...[stage, op, microBatch, run]: Parameters<Recorder["commit"]>): void {
      super.commit(stage, op, microBatch, run);
      times[stage.spec.id]![microBatch.slice]![microBatch.number]![op.layer] = { startNs: [...run.startNs], endNs: [...run.endNs] };
    }
  }
  const recorder = new Witness(ranks * stages.length, stages.length);
  const costs = {
    ask(op: Op, pass: PassAtWork, { id }: StageSpec, { durationNs }: OpCost) {
      const { slice, number } = pass as MicroBatch;
      durationNs.set(stages[id]!.slices[slice]!.durationNs[number]![op.layer]!);
    },
  };
  const timeline = new RunTimeline();
  const cuts = new Cuts(timeline, 0, 1);
  if (cutNs !== undefined) cuts.announce(0, cutNs);
  const passes = (microBatch: MicroBatch, nowNs: number) => {
    leftNs[microBatch.number] = nowNs;
    passed.push(microBatch);
  };
  const pipelines = new Pipelines(specs, stages.length, { costs, recorder }, timeline, 0, passes, { cuts });
  for (const [number, timeNs] of arrivalsNs.entries()) pipelines.enterAt(new MicroBatch(0, number), timeNs);
  let horizonNs = 0;
  let isCut = false;
  for (let now = timeline.nextNs; now < Number.POSITIVE_INFINITY && !isCut; now = timeline.nextNs) {
    horizonNs = now;
    do {
      for (let event = timeline.next(now); event !== undefined; event = timeline.next(now)) {
        if (event.kind === "op-finished") pipelines.finish(event, now);
        else if (event.kind === "pass-entered") pipelines.enter(event.microBatch, now);
        else if (event.kind === "cut") {
          isCut = true;
          pipelines.breakOff(0, now);
          break;
        }
      }
    } while (!isCut && pipelines.launch(now));
    if (!isCut) pipelines.settle(now);
  }
  recorder.close(pipelines.stages, horizonNs);
  return { times, leftNs, passed, recorder, horizonNs, ranks: ranks * stages.length };
}

const referenceTimes = ({ stages, arrivalsNs }: Case, untilNs?: number) =>
  referenceRun(
    stages,
    arrivalsNs.map((timeNs, microBatch) => ({ microBatch, timeNs })),
    untilNs,
  );

/** The same, but for those that have not ended on all ranks by `cutNs`. */
const doneBy = (drawn: Case, cutNs: number) =>
  referenceTimes(drawn, cutNs).map((slices) =>
    slices.map((microBatches) =>
      Array.from({ length: MICRO_BATCHES }, (_, m) => {
        const done: (typeof microBatches)[number] = [];
        microBatches[m]?.forEach((run, o) => {
          if (Math.max(...run.endNs) <= cutNs) done[o] = run;
        });
        return done;
      }),
    ),
  );

describe.each([
  ["whose ops follow one another", true],
  ["whose ops come after up to two others", false],
])("with programs %s", (_, inTurn) => {
  test("the per-rank reference executor gives the same times on random programs, to the nanosecond", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(caseOf(inTurn), (drawn) => {
        expect(hallRun(drawn).times).toEqual(referenceTimes(drawn));
      }),
      { numRuns: drawnCases(40) },
    );
  });

  test("so it does of what is broken off at any instant: done is every op that has ended on all its ranks", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(caseOf(inTurn), fc.nat(120), (drawn, cutNs) => {
        expect(hallRun(drawn, cutNs).times).toEqual(doneBy(drawn, cutNs));
      }),
      { numRuns: drawnCases(40) },
    );
  });

  test("on every rank and lane busy + waiting + idle + lost = horizon, to the nanosecond, also where that is broken off", () => {
    fc.assert(
      fc.property(caseOf(inTurn), fc.option(fc.nat(120), { nil: undefined }), (drawn, cutNs) => {
        const { recorder, horizonNs, ranks } = hallRun(drawn, cutNs);
        for (let rank = 0; rank < ranks; rank++) {
          for (const lane of [0, 1]) {
            let sum = 0;
            for (const phase of [0, 1]) {
              const at = rank * 2 + phase;
              sum += recorder.times.busyNs[at * OP_KINDS.length + kinds[lane]!]!;
              sum +=
                recorder.times.waitingNs[at * 2 + lane]! + recorder.times.idleNs[at * 2 + lane]! + recorder.times.lostNs[at * 2 + lane]!;
            }
            expect(sum).toBe(horizonNs);
          }
        }
      }),
      { numRuns: drawnCases(100) },
    );
  });

  test("what a micro-batch spent along its critical path adds up to its time in the pipeline", () => {
    fc.assert(
      fc.property(caseOf(inTurn), (drawn) => {
        const { passed, leftNs } = hallRun(drawn);
        for (const microBatch of passed) {
          expect(microBatch.spentNs.every((ns) => ns >= 0)).toBe(true);
          const spent = microBatch.spentNs.reduce((sum, ns) => sum + ns, 0);
          expect(spent).toBe(leftNs[microBatch.number]! - drawn.arrivalsNs[microBatch.number]!);
        }
      }),
      { numRuns: drawnCases(100) },
    );
  });

  test("doubling all durations and arrivals doubles every time", () => {
    fc.assert(
      fc.property(caseOf(inTurn), (drawn) => {
        const twice: Case = {
          arrivalsNs: drawn.arrivalsNs.map((ns) => 2 * ns),
          stages: drawn.stages.map((stage) => ({
            ...stage,
            slices: stage.slices.map((slice) => ({
              ...slice,
              durationNs: slice.durationNs.map((ops) => ops.map((ranks) => ranks.map((ns) => 2 * ns))),
            })),
          })),
        };
        expect(hallRun(twice).leftNs).toEqual(hallRun(drawn).leftNs.map((ns) => 2 * ns));
      }),
      { numRuns: drawnCases(100) },
    );
  });

  test("no two ops overlap on a rank and lane, and none starts before those in its micro-batch whose results it takes have ended", () => {
    fc.assert(
      fc.property(caseOf(inTurn), (drawn) => {
        const { times } = hallRun(drawn);
        drawn.stages.forEach((stage, s) => {
          for (let rank = 0; rank < stage.ranks; rank++) {
            for (const lane of [0, 1]) {
              const spans = times[s]!.flatMap((microBatches, v) =>
                microBatches.flatMap((ops) =>
                  ops.flatMap((run, o) => (stage.slices[v]!.ops[o]!.lane === lane ? [[run.startNs[rank]!, run.endNs[rank]!]] : [])),
                ),
              );
              spans.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
              for (let i = 1; i < spans.length; i++) expect(spans[i]![0]).toBeGreaterThanOrEqual(spans[i - 1]![1]!);
            }
            for (const [v, microBatches] of times[s]!.entries())
              for (const ops of microBatches)
                for (const [o, { after }] of stage.slices[v]!.ops.entries())
                  for (const before of after) expect(ops[o]!.startNs[rank]).toBeGreaterThanOrEqual(ops[before]!.endNs[rank]!);
          }
        });
      }),
      { numRuns: drawnCases(100) },
    );
  });
});

test("equal micro-batches through a pipeline take (m + p − 1) · t", () => {
  for (const p of [1, 2, 4]) {
    const ops = [{ lane: 0, groups: [[0, 1]], after: [] }];
    const send = { lane: 1, groups: [[0], [1]], after: [0] };
    const stages = Array.from({ length: p }, (_, s): ReferenceStage => {
      const last = s === p - 1;
      const column = last
        ? [[7, 7]]
        : [
            [7, 7],
            [0, 0],
          ]; // sends that take no time
      const slice = { ops: last ? ops : [...ops, send], beforeSend: 1, durationNs: Array(MICRO_BATCHES).fill(column) };
      return { ranks: 2, slices: [slice] };
    });
    const { horizonNs } = hallRun({ stages, arrivalsNs: Array(MICRO_BATCHES).fill(0) });
    expect(horizonNs).toBe((MICRO_BATCHES + p - 1) * 7);
  }
});
