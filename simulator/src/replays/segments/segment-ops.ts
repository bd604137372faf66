import { createGroupCost, createOpCost, type GroupCost, NETWORK, type OpCost, type OpCosts, type Work } from "@tokenyard/program";
import type { UnderWay } from "../../metrics/under-way.ts";
import type { StagedProgram, StageSpec } from "../../stages/stage-spec.ts";
import { isBeside } from "./in-turn.ts";
import type { SegmentFacts } from "./segment-facts.ts";
import type { SegmentTimes } from "./segment-times.ts";
import { isOpen, type Segments, type Step } from "./segments.ts";
import { type StartedOp, StepOps } from "./step-ops.ts";

const NO_BYTES = createGroupCost(0);
const OF_CONTEXT = ["attention", "windowed-attention", "head"] as const;

/** When each op of a pass ends that was timed segment by segment: worked out where a sample falls into it. Steps alike are timed once, and the pass goes from one to the next. */
export class SegmentOps {
  readonly #firstRank: number;
  readonly #ranksPerGroup: number;
  readonly #facts: SegmentFacts;
  /** Those that are unlike. */
  readonly #unlike: readonly StepOps[];
  /** As the program has them one after another. */
  readonly #steps: readonly StepOps[];
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
    this.#steps = stepsOf(staged, segments, ranks);
    this.#unlike = [...new Set(this.#steps)];
  }

  /** Tells `underWay` of the ops of the first pass of `run`, but for the send. What tokens tell of is in the facts. */
  tell(run: SegmentTimes, underWay: UnderWay): void {
    const { attentionNs, windowed, head } = run;
    this.#spread("attention", attentionNs, this.#byRank ? this.#attentionOf(run) : NO_BYTES);
    this.#spread("windowed-attention", windowed.durationNs, windowed);
    this.#spread("head", head.durationNs, head);
    for (let u = 0; u < this.#unlike.length; u++) this.#unlike[u]!.time(this.#facts, this.#costs);
    let atNs = run.startNs;
    for (let s = 0; s < this.#steps.length; s++) {
      const step = this.#steps[s]!;
      step.begin(atNs);
      atNs += step.tookNs;
    }
    for (let u = 0; u < this.#unlike.length; u++) this.#tellOf(this.#unlike[u]!, underWay);
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

/** Steps alike: of the same segment, and with the same ops beside. */
interface AlikeSteps {
  readonly of: Step["of"];
  readonly isOpen: boolean;
  readonly beside: readonly StartedOp[];
  times: number;
}

/** All steps of a program up to its send, as it has them one after another; those alike are one object. */
type StepsInTurn = readonly AlikeSteps[];

/** Of segments that replicas have in common, found once. */
const knownSteps = new WeakMap<Segments, StepsInTurn>();

function stepsOf(staged: StagedProgram, segments: Segments, ranks: number): StepOps[] {
  const inTurn = knownSteps.get(segments) ?? stepsInTurn(staged, segments);
  knownSteps.set(segments, inTurn);
  const made = new Map<AlikeSteps, StepOps>();
  return inTurn.map((steps) => {
    const known = made.get(steps);
    if (known !== undefined) return known;
    const own = new StepOps(steps.of, steps.isOpen, steps.beside, steps.times, ranks);
    made.set(steps, own);
    return own;
  });
}

function stepsInTurn({ program }: StagedProgram, { steps, last }: Segments): StepsInTurn {
  const all: Step["of"][] = [...steps.map(({ of }) => of), ...(last.ops.length > 0 ? [last] : [])];
  const places = program.ops.slice(0, program.beforeSend).map((op, at) => ({ op, at }));
  const inTurn = places.filter(({ op, at }) => !isBeside(op, at - 1)).map(({ at }) => at);
  const stepAt = all.flatMap((of, step) => ("op" in of ? [of] : of.ops).map((_, o) => ({ step, o })));
  const beside = all.map((): StartedOp[] => []);
  for (const placed of places) {
    if (!isBeside(placed.op, placed.at - 1)) continue;
    const { step, o } = stepAt[inTurn.indexOf(placed.op.after[0]!)]!;
    beside[step]!.push({ placed, behind: o });
  }
  const numbers = new Map([...new Set(all)].map((of, number) => [of, number]));
  const alike = new Map<string, AlikeSteps>();
  return all.map((of, s) => {
    const key = `${numbers.get(of)}/${beside[s]!.map(({ placed, behind }) => `${placed.op.work} ${behind}`)}`;
    const known = alike.get(key) ?? { of, isOpen: !("op" in of) && (of === last || isOpen(of)), beside: beside[s]!, times: 0 };
    known.times++;
    alike.set(key, known);
    return known;
  });
}
