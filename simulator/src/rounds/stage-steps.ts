import type { Pass } from "@tokenyard/model";
import { createGroupCost, createOpCost, type GroupCost, NETWORK, type Op, type OpCost, type OpCosts } from "@tokenyard/program";
import type { Recorder } from "../logs/recorder.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import type { PassSummary } from "../replays/accounts/pass-summary.ts";
import { GroupTimes } from "../replays/segments/group-times.ts";
import type { OpenRuns } from "../replays/segments/open/open-runs.ts";
import type { OpenSegment } from "../replays/segments/open/open-segment.ts";
import type { SegmentRun } from "../replays/segments/segment-run.ts";
import type { SegmentTimes } from "../replays/segments/segment-times.ts";
import { type Slowdown, slowDown } from "../stages/slowdown.ts";
import type { Stage } from "../stages/stage.ts";
import { SlowSteps } from "./slow-steps.ts";
import type { Steps } from "./steps.ts";

/** Decode steps of one micro-batch on one stage: what each takes there, and what they come to once they are over. */
export class StageSteps implements SegmentTimes {
  // As `SegmentTimes`, of those that are accounted for:
  readonly segments: readonly OpenSegment[];
  facts: PassSummary | undefined;
  microBatch: MicroBatch | undefined;
  startNs = 0;
  endNs = 0;
  count = 0;
  readonly attention;
  readonly windowed: GroupCost;
  readonly head: GroupCost;
  /** Sent onward behind each; undefined on the last stage. */
  readonly send: Op | undefined;
  readonly sending: OpCost;
  /** Whether ops before the send are on the network; and whether the head is here. */
  readonly usesNetwork: boolean;
  readonly withHead: boolean;

  readonly times: GroupTimes;
  readonly byRank: OpenRuns | undefined;
  readonly #steps: Steps;
  /** Where the stage is slow. */
  readonly #slow: SlowSteps | undefined;
  readonly #slowdown: Slowdown | undefined;
  readonly #run: SegmentRun;
  readonly #stage: Stage;
  readonly #costs: OpCosts;
  readonly #groups: number;
  /** Which attention comes first. */
  readonly #first: Op["work"] | undefined;

  constructor(stage: Stage, run: SegmentRun, steps: Steps, parts: { costs: OpCosts; recorder: Recorder }, dataGroups: number) {
    const { ops, beforeSend } = stage.spec.slices[0]!.program;
    const before = ops.slice(0, beforeSend);
    this.segments = run.segments;
    this.attention = createGroupCost(dataGroups);
    this.#slow = run.factors && new SlowSteps(steps, run.factors);
    this.#slowdown = stage.shape?.slowdown;
    this.windowed = (this.#slow ?? steps).windowed;
    this.head = (this.#slow ?? steps).head;
    this.times = new GroupTimes(run.segments, dataGroups, this.windowed, this.head, 1);
    this.byRank = run.createRuns();
    this.send = ops[beforeSend];
    this.sending = createOpCost(stage.spec.ranks, parts.recorder.work.probe?.wanted.bytes === true);
    this.#steps = steps;
    this.#run = run;
    this.#stage = stage;
    this.#costs = parts.costs;
    this.#groups = dataGroups;
    this.usesNetwork = before.some(({ lane }) => lane === NETWORK);
    this.withHead = before.some(({ work }) => work === "head");
    this.#first = before.find(({ work }) => work === "attention" || work === "windowed-attention")?.work;
  }

  get sequences(): Float64Array {
    return this.#steps.sequences;
  }
  get contextTokens(): Float64Array {
    return this.#steps.takenContext;
  }
  get attentionNs(): Float64Array {
    return (this.#slow ?? this.#steps).takenNs;
  }

  /** `pass` of `microBatch` is the first of them; false where it does not fall into segments. To be ended by `leave`. */
  begin(pass: Pass, microBatch: MicroBatch): boolean {
    this.microBatch = microBatch;
    const facts = this.#run.summaries.hold(pass, microBatch);
    this.facts = facts;
    if (!facts.holds) return false;
    if (this.send !== undefined) this.#costs.ask(this.send, microBatch, this.#stage.spec, this.sending);
    if (this.send !== undefined && this.#slowdown !== undefined) slowDown(this.sending.durationNs, this.#slowdown[NETWORK]);
    this.#slow?.begin();
    if (this.byRank === undefined) this.times.begin(facts);
    else this.byRank.begin(facts, this.windowed, this.head);
    return true;
  }

  /** They are over, and accounted for. */
  leave(): void {
    if (this.facts !== undefined) this.#run.summaries.release(this.facts);
    this.facts = undefined;
  }

  /** What step number `step` takes, which is known. */
  stepNs(step: number): number {
    if (this.byRank !== undefined) return this.byRank.passNs(this.#steps.attentionNs, step);
    if (this.#slow === undefined) return this.times.passNs(this.#steps.attentionNs, step, -1);
    this.#slow.look();
    return this.times.passNs(this.#slow.attentionNs, step, -1);
  }

  /** How long after its admission step number `step` needs the network at the earliest, where it does. */
  networkInNs(step: number): number {
    if (this.#first === undefined) return 0;
    this.#slow?.look();
    const { attentionNs } = this.#slow ?? this.#steps;
    const groups = this.#groups;
    let least = Number.POSITIVE_INFINITY;
    for (let g = 0; g < groups; g++) {
      const ns = this.#first === "attention" ? attentionNs[step * groups + g]! : this.windowed.durationNs[g]!;
      if (ns < least) least = ns;
    }
    return least;
  }

  /** `count` steps from number `from` on, which were taken, have ended here, the first admitted at `startNs` and the last ended at `endNs`: adds their critical path to `spentNs`. */
  account(from: number, count: number, startNs: number, endNs: number, spentNs: Float64Array): void {
    this.count = count;
    this.startNs = startNs;
    this.endNs = endNs;
    this.#slow?.take(from, count);
    if (this.byRank === undefined && this.#groups > 1) this.#findLast(count);
    this.#run.account.add(this, spentNs);
    this.#run.countMasked(this.facts!, this.microBatch!, count);
  }

  #findLast(count: number): void {
    this.times.makeRoom(count);
    for (let i = 0; i < count; i++) this.times.passNs(this.attentionNs, i, i);
  }
}
