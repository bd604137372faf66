import { createGroupCost, createOpCost, type GroupCost, NETWORK, type OpCost, type OpCosts, type Work } from "@tokenyard/program";
import type { UnderWay } from "../../metrics/under-way.ts";
import type { StagedProgram, StageSpec } from "../../stages/stage-spec.ts";
import type { SegmentFacts } from "./segment-facts.ts";
import type { SegmentTimes } from "./segment-times.ts";
import type { Segments } from "./segments.ts";
import type { StepOps } from "./step-ops.ts";
import { StepsInTurn } from "./steps-in-turn.ts";

const NO_BYTES = createGroupCost(0);
const OF_CONTEXT = ["attention", "windowed-attention", "head"] as const;

/** When each op of a pass ends that was timed segment by segment: worked out where a sample falls into it. Steps alike are timed once, and the pass goes from one to the next. */
export class SegmentOps {
  readonly #firstRank: number;
  readonly #ranksPerGroup: number;
  readonly #facts: SegmentFacts;
  readonly #steps: StepsInTurn;
  readonly #costs: { readonly [work in Work]?: OpCost };
  readonly #byRank: boolean;
  readonly #decoded: OpCosts["decoded"];
  /** Of an attention that only decodes: what its bytes are, as how long it takes is known. */
  readonly #attention: GroupCost;

  /** `byRank`: whether bytes of memory are asked for. */
  constructor(
    { firstRank, ranks }: StageSpec,
    staged: StagedProgram,
    segments: Segments,
    facts: SegmentFacts,
    decoded: OpCosts["decoded"],
    dataGroups: number,
    byRank: boolean,
  ) {
    this.#firstRank = firstRank;
    this.#ranksPerGroup = ranks / dataGroups;
    this.#facts = facts;
    this.#byRank = byRank;
    this.#decoded = decoded;
    this.#attention = createGroupCost(dataGroups);
    this.#costs = { ...facts.byWork, ...Object.fromEntries(OF_CONTEXT.map((work) => [work, createOpCost(ranks, byRank)])) };
    this.#steps = new StepsInTurn(staged, segments, ranks);
  }

  /** Tells `underWay` of the ops of the first pass of `run`, but for the send. What tokens tell of is in the facts. */
  tell(run: SegmentTimes, underWay: UnderWay): void {
    const { attentionNs, windowed, head } = run;
    this.#spread("attention", attentionNs, this.#byRank ? this.#attentionOf(run) : NO_BYTES);
    this.#spread("windowed-attention", windowed.durationNs, windowed);
    this.#spread("head", head.durationNs, head);
    const { unlike } = this.#steps;
    for (let u = 0; u < unlike.length; u++) unlike[u]!.time(this.#facts, this.#costs);
    this.#steps.begin(run.startNs);
    for (let u = 0; u < unlike.length; u++) this.#tellOf(unlike[u]!, underWay);
  }

  #tellOf({ ops, startsNs, endsNs }: StepOps, underWay: UnderWay): void {
    for (let o = 0; o < ops.length; o++) {
      const { lane, kind, work } = ops[o]!.op;
      if (lane === NETWORK || underWay.asksOfAll) underWay.add(this.#firstRank, kind, this.#costs[work]!, startsNs, endsNs[o]!);
    }
  }

  /** An op of the sequences: `groupNs` [data groups or more] */
  #spread(work: (typeof OF_CONTEXT)[number], groupNs: Float64Array, { groupBytes, bytes }: Pick<GroupCost, "groupBytes" | "bytes">): void {
    const cost = this.#costs[work]!;
    const perGroup = this.#ranksPerGroup;
    for (let r = 0; r < cost.durationNs.length; r++) cost.durationNs[r] = groupNs[Math.floor(r / perGroup)]!;
    cost.ranksEach = perGroup;
    for (let g = 0; g < groupBytes.length && cost.rankBytes.length > 0; g++) cost.rankBytes[g] = groupBytes[g]!;
    cost.memoryBytes = bytes * perGroup;
  }

  #attentionOf({ microBatch, attention, facts, sequences, contextTokens }: SegmentTimes): GroupCost {
    if (microBatch!.phase === 0) return attention;
    const { groupBytes } = this.#attention;
    let sum = 0;
    for (let g = 0; g < groupBytes.length; g++) {
      const cores = this.#decoded.decodedBytes(sequences[g]!, contextTokens[g]!);
      groupBytes[g] = cores + this.#decoded.projectionBytes(facts!.tokens[g]!);
      sum += groupBytes[g]!;
    }
    this.#attention.bytes = sum;
    return this.#attention;
  }
}
