import { createGroupCost, createOpCost, type GroupCost, NETWORK, type OpCost, type Work } from "@tokenyard/program";
import type { UnderWay } from "../../metrics/under-way.ts";
import type { Stage } from "../../stages/stage.ts";
import type { StagedProgram } from "../../stages/stage-spec.ts";
import { WorkCosts } from "../accounts/work-costs.ts";
import { stretchesOf } from "../units/stretch.ts";
import { TimedProgram } from "../units/timed-program.ts";
import type { SegmentTimes } from "./segment-times.ts";
import type { Segments } from "./segments.ts";

const NO_BYTES = createGroupCost(0);

/** When each op of a pass ends that was timed segment by segment: worked out where a sample falls into it. */
export class SegmentOps {
  readonly #timed: TimedProgram;
  readonly #stage: Stage;
  readonly #ranksPerGroup: number;
  /** By place in the program. */
  readonly #costs: readonly OpCost[];
  readonly #byWork: { readonly [work in Work]?: OpCost };
  /** Of works of which tokens tell, as summaries keep them. */
  readonly #ofTokens: WorkCosts;
  readonly #byRank: boolean;
  readonly #attention: GroupCost;

  /** `byRank`: whether bytes of memory are asked for. */
  constructor(stage: Stage, staged: StagedProgram, { ofTokens }: Segments, dataGroups: number, byRank: boolean) {
    const { ops } = staged.program;
    const { ranks } = stage.spec;
    this.#stage = stage;
    this.#byRank = byRank;
    this.#attention = createGroupCost(dataGroups);
    this.#ranksPerGroup = ranks / dataGroups;
    this.#timed = new TimedProgram(stage, staged, stretchesOf(ops));
    this.#ofTokens = new WorkCosts(ofTokens.length, ranks, byRank);
    const told = new Map(ofTokens.map(({ op }, i) => [op.work, this.#ofTokens.costs[i]!]));
    const works = [...new Set(ops.map(({ work }) => work))];
    this.#byWork = Object.fromEntries(works.map((work) => [work, told.get(work) ?? createOpCost(ranks, byRank)]));
    this.#costs = ops.map(({ work }) => this.#byWork[work]!);
  }

  /** Tells `underWay` of the ops of the first pass of `run`, but for the send. To be told before it is accounted for. */
  tell(run: SegmentTimes, underWay: UnderWay): void {
    const { facts, startNs, attentionNs, windowed, head } = run;
    this.#ofTokens.take(facts!.costs!);
    this.#spread("attention", attentionNs, this.#byRank ? this.#attentionOf(run) : NO_BYTES);
    this.#spread("windowed-attention", windowed.durationNs, windowed);
    this.#spread("head", head.durationNs, head);
    this.#timed.time(this.#costs, startNs, this.#stage.laneFreeNs[NETWORK]);
    this.#timed.tell(this.#costs, startNs, false, underWay);
  }

  /** An op of the sequences: `groupNs` [data groups or more] */
  #spread(work: Work, groupNs: Float64Array, { groupBytes, bytes }: Pick<GroupCost, "groupBytes" | "bytes">): void {
    const cost = this.#byWork[work];
    if (cost === undefined) return;
    const perGroup = this.#ranksPerGroup;
    for (let r = 0; r < cost.durationNs.length; r++) cost.durationNs[r] = groupNs[Math.floor(r / perGroup)]!;
    for (let r = 0; r < cost.rankBytes.length; r++) cost.rankBytes[r] = groupBytes[Math.floor(r / perGroup)]!;
    cost.memoryBytes = bytes * perGroup;
  }

  #attentionOf({ microBatch, attention }: SegmentTimes): GroupCost {
    const { phase, sequences, scheduled } = microBatch!;
    if (phase === 0) return attention;
    sequences!.fill("attention", scheduled!, this.#attention);
    return this.#attention;
  }
}
