import type { Pass } from "@tokenyard/serving";
import { SPENT_KEYS, WAITING } from "./critical-path.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { COMPUTE, type Lane, NETWORK, type Op } from "./op.ts";
import type { OpCosts } from "./op-costs.ts";
import type { Recorder } from "./recorder.ts";
import type { Stage } from "./stage.ts";
import { lastToEnd, type OpFacts, type PlacedOp, SteadySteps, type SteadyStretch } from "./steady-steps.ts";
import { createOpRun, type OpRun, timeOp } from "./timing.ts";

/** Layers in a row that run the same ops, timed from one; the head is a stretch of one without a layer. */
interface Stretch {
  readonly ops: readonly PlacedOp[];
  readonly layers: readonly number[];
}

/** A timed layer, and how many layers in a row ran like it. */
interface TimedLayer {
  runs: readonly OpRun[];
  stretch: Stretch;
  times: number;
}

/** Passes that are timed ahead. */
const MOST_AHEAD = 1 << 12;

/**
 * Times whole passes of a replica with one stage, one micro-batch at a time, whose layers are alike: all of a stretch cost the same, so that
 * once the ranks leave a layer together, as they entered it, every later one repeats it. Passes that only decode are timed in a row; they
 * differ in the attention alone. Exact: it gives what the stage gives op by op.
 */
export class LockStep {
  readonly stage: Stage;
  /** When the passes under way end, [count]. */
  readonly endsNs = new Float64Array(MOST_AHEAD);
  count = 0;
  microBatch: MicroBatch | undefined;

  readonly #costs: OpCosts;
  readonly #recorder: Recorder;
  readonly #stretches: readonly Stretch[];
  readonly #routes: boolean;
  readonly #ranks: number;
  readonly #facts: OpFacts;
  readonly #attention: readonly number[];
  /** Where steps that only decode can be added up. */
  readonly #steady: SteadySteps | undefined;
  readonly #steadyStretches: readonly SteadyStretch[];
  readonly #free: Float64Array;
  readonly #entered: Float64Array;
  #timed: TimedLayer[] = [];
  #timedCount = 0;
  readonly #seen: Pass & { phase: 0 | 1 };
  #given: Pass | undefined;
  #startNs = 0;
  #accounted = false;
  readonly #stepSpentNs = new Float64Array(SPENT_KEYS.length);

  constructor(stage: Stage, costs: OpCosts, recorder: Recorder, dataGroups: number) {
    this.stage = stage;
    this.#costs = costs;
    this.#recorder = recorder;
    this.#ranks = stage.spec.ranks;
    this.#stretches = stretchesOf(stage.spec.slices[0]!.program.ops);
    this.#routes = stage.spec.slices[0]!.program.ops.some((op) => op.work === "gate");
    const ops = 1 + Math.max(-1, ...this.#stretches.flatMap((stretch) => stretch.ops.map(({ at }) => at)));
    this.#facts = {
      durationNs: Array.from({ length: ops }, () => new Float64Array(this.#ranks)),
      flops: new Float64Array(ops),
      memoryBytes: new Float64Array(ops),
      nodeBytes: new Float64Array(ops),
      fabricBytes: new Float64Array(ops),
    };
    this.#steadyStretches = this.#stretches.map(({ ops, layers }) => ({ ops, layers: layers.length, runs: [] }));
    this.#steady = SteadySteps.fit(this.#stretches, stage.spec)
      ? new SteadySteps(stage.spec, this.#facts, this.#steadyStretches, dataGroups)
      : undefined;
    this.#attention = this.#stretches.flatMap((stretch) => stretch.ops.flatMap(({ op, at }) => (op.work === "attention" ? [at] : [])));
    this.#free = new Float64Array(this.#ranks);
    this.#entered = new Float64Array(this.#ranks);
    const column = () => new Float64Array(dataGroups);
    const context = column();
    this.#seen = {
      replica: stage.spec.replica,
      microBatch: 0,
      index: 0,
      phase: 0,
      sequences: column(),
      newTokens: column(),
      contextTokens: context,
      pairs: column(),
      windowedContextTokens: column(),
      windowedPairs: column(),
      reprojectedTokens: column(),
      outputs: column(),
      decoding: { sequences: column(), contextTokens: column(), windowedContextTokens: column() },
    };
  }

  /**
   * `pass` starts now, and after it as many of `foreseen` as start before `untilNs`; they are accounted for at once where `surely` nothing
   * can cut them short, and when they end otherwise. Returns when the last ends.
   */
  start(pass: Pass, microBatch: MicroBatch, nowNs: number, foreseen: number, untilNs: number, surely: boolean): number {
    this.microBatch = microBatch;
    this.#given = pass;
    this.#startNs = nowNs;
    this.#accounted = surely;
    return this.#run(Math.min(foreseen, MOST_AHEAD), untilNs, surely);
  }

  /** Something happens now: no pass starts any more. Returns when the last one ends that has started. */
  cut(nowNs: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.endsNs[middle]! < nowNs) low = middle + 1;
      else high = middle;
    }
    this.count = low + 1;
    return this.endsNs[low]!;
  }

  /** The pass that was started, as its scheduler gave it. */
  get pass(): Pass {
    return this.#given!;
  }

  /** The passes have ended. */
  end(): void {
    if (this.#accounted) return;
    this.#run(this.count, Number.POSITIVE_INFINITY, true);
  }

  /** Times at most so many passes, those that start before `untilNs`, and accounts for them if asked to. Returns when the last ends. */
  #run(most: number, untilNs: number, account: boolean): number {
    const microBatch = this.microBatch!;
    this.#costs.quiet = true;
    this.#look(this.#given!, microBatch);
    const firstNs = this.#time();
    let endNs = this.#startNs + firstNs;
    let stepNs = firstNs;
    let count = 1;
    this.endsNs[0] = endNs;
    if (account) {
      this.#recorder.openPass(this.stage, this.#startNs);
      this.#account(microBatch);
    }
    const steady = most > 1 && endNs < untilNs && this.#layersRepeat() ? this.#steady : undefined;
    steady?.begin(this.#seen, microBatch, firstNs);
    while (count < most && endNs < untilNs) {
      if (steady !== undefined) stepNs = steady.next(account);
      else {
        if (account) this.#close(microBatch, endNs - stepNs, 0);
        this.#lookAtNext(microBatch);
        stepNs = this.#time();
        if (account) this.#account(microBatch);
      }
      endNs += stepNs;
      this.endsNs[count++] = endNs;
    }
    if (account) {
      steady?.account(this.stage, this.#recorder, this.#costs.tally, microBatch.phase);
      this.#close(microBatch, endNs - stepNs, steady === undefined ? 0 : stepNs - firstNs);
      this.#logRouting(microBatch, count);
    }
    this.count = count;
    this.#costs.quiet = false;
    return endNs;
  }

  /** Whether each stretch of the pass that was just timed is known from one layer. */
  #layersRepeat(): boolean {
    if (this.#timedCount !== this.#stretches.length) return false;
    for (let s = 0; s < this.#timedCount; s++) this.#steadyStretches[s]!.runs = this.#timed[s]!.runs;
    return true;
  }

  /** Works out the durations of all ops of `pass`. */
  #look(pass: Pass, microBatch: MicroBatch): void {
    const seen = this.#seen;
    seen.phase = pass.phase;
    for (let g = 0; g < pass.sequences.length; g++) {
      seen.sequences[g] = pass.sequences[g]!;
      seen.newTokens[g] = pass.newTokens[g]!;
      seen.contextTokens[g] = pass.contextTokens[g]!;
      seen.pairs[g] = pass.pairs[g]!;
      seen.windowedContextTokens[g] = pass.windowedContextTokens[g]!;
      seen.windowedPairs[g] = pass.windowedPairs[g]!;
      seen.reprojectedTokens![g] = pass.reprojectedTokens?.[g] ?? 0;
      seen.outputs[g] = pass.outputs[g]!;
      seen.decoding!.sequences[g] = pass.decoding?.sequences[g] ?? 0;
      seen.decoding!.contextTokens[g] = pass.decoding?.contextTokens[g] ?? 0;
      seen.decoding!.windowedContextTokens[g] = pass.decoding?.windowedContextTokens[g] ?? 0;
    }
    microBatch.scheduled = seen;
    microBatch.work!.renew();
    for (const { ops } of this.#stretches) for (const { op, at } of ops) this.#cost(op, at, microBatch);
  }

  /** The next pass of a run that only decodes: each sequence has one token more in its context, and as many as before in a window. */
  #lookAtNext(microBatch: MicroBatch): void {
    const { sequences, contextTokens, pairs } = this.#seen;
    for (let g = 0; g < sequences.length; g++) {
      contextTokens[g] = contextTokens[g]! + sequences[g]!;
      pairs[g] = contextTokens[g]!;
    }
    microBatch.work!.renew();
    const { ops } = this.stage.spec.slices[0]!.program;
    for (const at of this.#attention) this.#cost(ops[at]!, at, microBatch);
  }

  #cost(op: Op, at: number, microBatch: MicroBatch): void {
    const { tally } = this.#costs;
    const { flops, memoryBytes, nodeBytes, fabricBytes } = tally;
    tally.flops = 0;
    tally.memoryBytes = 0;
    tally.nodeBytes = 0;
    tally.fabricBytes = 0;
    this.#costs.durationNs(op, microBatch, this.stage, this.#facts.durationNs[at]!);
    this.#facts.flops[at] = tally.flops;
    this.#facts.memoryBytes[at] = tally.memoryBytes;
    this.#facts.nodeBytes[at] = tally.nodeBytes;
    this.#facts.fabricBytes[at] = tally.fabricBytes;
    tally.flops = flops;
    tally.memoryBytes = memoryBytes;
    tally.nodeBytes = nodeBytes;
    tally.fabricBytes = fabricBytes;
  }

  /** Times the pass whose durations are known, from 0, layer by layer until layers repeat. Returns its nanoseconds. */
  #time(): number {
    this.#timedCount = 0;
    let ready = this.#entered.fill(0);
    for (const stretch of this.#stretches) {
      let left = stretch.layers.length;
      while (left > 0) {
        const together = allEqual(ready);
        const enteredNs = ready[0]!;
        const layer = this.#timeLayer(stretch, ready);
        ready = layer.runs.length === 0 ? ready : layer.runs[layer.runs.length - 1]!.endNs;
        left--;
        if (left === 0 || !together || !allEqual(ready)) continue;
        const layerNs = ready[0]! - enteredNs;
        layer.times += left;
        // The later layers end so much later; nobody looks at the times of this one again, only at their differences.
        shift(layer, layerNs * left);
        left = 0;
      }
    }
    let endNs = 0;
    for (let r = 0; r < ready.length; r++) if (ready[r]! > endNs) endNs = ready[r]!;
    return endNs;
  }

  #timeLayer(stretch: Stretch, entered: Float64Array): TimedLayer {
    const layer = this.#layerAt(this.#timedCount++, stretch);
    let ready = entered;
    const { groups } = this.stage.spec.slices[0]!;
    for (let o = 0; o < stretch.ops.length; o++) {
      const { at } = stretch.ops[o]!;
      const run = layer.runs[o]!;
      timeOp(groups[at]!, this.#free, ready, this.#facts.durationNs[at]!, run); // its lane is free: one micro-batch, op after op
      ready = run.endNs;
    }
    layer.times = 1;
    return layer;
  }

  #layerAt(number: number, stretch: Stretch): TimedLayer {
    const there = this.#timed[number];
    if (there !== undefined && there.stretch === stretch) return there;
    const made = { runs: stretch.ops.map(() => createOpRun(this.#ranks)), stretch, times: 1 };
    this.#timed[number] = made;
    return made;
  }

  /** Adds the pass that was just timed to recorder, tally and critical path. */
  #account(microBatch: MicroBatch): void {
    const { tally } = this.#costs;
    const { flops, memoryBytes, nodeBytes, fabricBytes } = this.#facts;
    const { phase } = microBatch;
    for (let i = 0; i < this.#timedCount; i++) {
      const { runs, stretch, times } = this.#timed[i]!;
      for (let o = 0; o < runs.length; o++) {
        const { op, at } = stretch.ops[o]!;
        const run = runs[o]!;
        this.#recorder.addAlike(this.stage, op, phase, run, this.#facts.durationNs[at]!, times);
        tally.flops += flops[at]! * times;
        tally.memoryBytes += memoryBytes[at]! * times;
        tally.nodeBytes += nodeBytes[at]! * times;
        tally.fabricBytes += fabricBytes[at]! * times;
      }
    }
    this.#spend(microBatch.spentNs);
  }

  /** The lanes' last pass started at `startNs`, and took `laterNs` longer than the one that was timed. */
  #close({ phase }: MicroBatch, startNs: number, laterNs: number): void {
    this.#recorder.closePass(this.stage, phase, startNs + laterNs, this.#lastEnd(COMPUTE), this.#lastEnd(NETWORK));
  }

  /** When the last op on `lane` ended on each rank, from the start of the pass; undefined when there was none. */
  #lastEnd(lane: Lane): Float64Array | undefined {
    for (let i = this.#timedCount - 1; i >= 0; i--) {
      const { runs, stretch } = this.#timed[i]!;
      for (let o = runs.length - 1; o >= 0; o--) if (stretch.ops[o]!.op.lane === lane) return runs[o]!.endNs;
    }
    return undefined;
  }

  /** As `spendCriticalPath`: walks back from the rank that ended last; where layers repeat, once for all that are walked alike. */
  #spend(spentNs: Float64Array): void {
    let rank = -1;
    for (let i = this.#timedCount - 1; i >= 0; i--) {
      const { runs, stretch, times } = this.#timed[i]!;
      if (runs.length === 0) continue;
      if (rank < 0) rank = lastToEnd(runs[runs.length - 1]!.endNs);
      for (let left = times; left > 0; ) {
        const step = this.#stepSpentNs.fill(0);
        const from = this.#walkLayer(runs, stretch, rank, step);
        const alike = from === rank ? left : 1;
        for (let key = 0; key < step.length; key++) spentNs[key] = spentNs[key]! + step[key]! * alike;
        rank = from;
        left -= alike;
      }
    }
  }

  #walkLayer(runs: readonly OpRun[], stretch: Stretch, endRank: number, spentNs: Float64Array): number {
    let rank = endRank;
    for (let o = runs.length - 1; o >= 0; o--) {
      const run = runs[o]!;
      const { kind } = stretch.ops[o]!.op;
      const start = run.startNs[rank]!;
      spentNs[kind] = spentNs[kind]! + run.endNs[rank]! - start;
      rank = run.cause[rank]!;
      spentNs[WAITING] = spentNs[WAITING]! + start - run.arrivedNs[rank]!; // the last to arrive: nothing
    }
    return rank;
  }

  #logRouting(microBatch: MicroBatch, passes: number): void {
    if (!this.#routes) return;
    const { routed, dropped } = microBatch.routed!;
    this.#costs.logAlike(microBatch.phase, routed, dropped, passes);
  }
}

/** Cuts a program into stretches of like layers; ops of no layer stand alone. `at` is an op's place in the program, of the first layer. */
function stretchesOf(ops: readonly Op[]): Stretch[] {
  const layers: { readonly layer: number; readonly ops: PlacedOp[] }[] = [];
  ops.forEach((op, at) => {
    const last = layers[layers.length - 1];
    if (last !== undefined && last.layer === op.layer && op.layer >= 0) last.ops.push({ op, at });
    else layers.push({ layer: op.layer, ops: [{ op, at }] });
  });
  const stretches: { readonly ops: Stretch["ops"]; readonly layers: number[]; readonly works: string }[] = [];
  for (const { layer, ops } of layers) {
    const works = ops.map(({ op }) => op.work).join();
    const last = stretches[stretches.length - 1];
    if (last !== undefined && last.works === works) last.layers.push(layer);
    else stretches.push({ ops, layers: [layer], works });
  }
  return stretches;
}

function allEqual(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function shift({ runs }: TimedLayer, byNs: number): void {
  for (const { arrivedNs, startNs, endNs } of runs) {
    for (let r = 0; r < endNs.length; r++) {
      arrivedNs[r] = arrivedNs[r]! + byNs;
      startNs[r] = startNs[r]! + byNs;
      endNs[r] = endNs[r]! + byNs;
    }
  }
}
