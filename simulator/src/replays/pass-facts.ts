import { copyPass, Pass } from "@tokenyard/model";
import type { Plan } from "@tokenyard/placement";
import { type ContextWork, createGroupCost, createOpCost, type GroupCost, isOfContext, type OpCost } from "@tokenyard/program";
import type { MicroBatch } from "../stages/micro-batch.ts";
import type { Stage } from "../stages/stage.ts";
import { KeptByTokens } from "./kept-by-tokens.ts";
import type { RunParts } from "./pass-run.ts";
import type { PlacedOp, Stretch } from "./stretch.ts";

/** An op that does not follow from the new tokens alone. */
interface SequenceOp {
  readonly work: ContextWork;
  readonly facts: OpCost;
}

/** What follows from how many new tokens each data group has, where nothing is drawn. */
interface TokenFacts {
  /** [data groups] −1 before it is filled */
  readonly tokens: Float64Array;
  /** [data groups] of which the host takes time */
  readonly sequences: Float64Array;
  /** [ops] */
  readonly ops: readonly OpCost[];
  /** Copies routed to each expert of a layer [experts], and those over capacity. */
  readonly routed: Float64Array;
  /** Kept copies by the experts' rank that they go to [experts' ranks]. */
  rankRows: Float64Array;
  dropped: number;
}

/** What the ops of a pass take and do, where nothing of it is drawn: of one unit of each stretch. */
export class PassFacts {
  /** By place in the program. */
  readonly ops: OpCost[] = [];
  /** A copy of the pass that they tell of: its scheduler writes the next one into its own. */
  readonly pass: Pass;

  readonly #parts: RunParts;
  readonly #stage: Stage;
  readonly #ranksPerGroup: number;
  readonly #ofSequences: SequenceOp[] = [];
  /** Of those, the ones that take longer from one decode step to the next. */
  readonly #growing: readonly SequenceOp[];
  readonly #ofTokens: readonly PlacedOp[];
  /** Whether the host takes time, perhaps for each sequence. */
  readonly #hosted: boolean;
  readonly #byTokens: KeptByTokens<TokenFacts>;
  readonly #cost: GroupCost;
  #tokens: TokenFacts | undefined;

  constructor(stage: Stage, parts: RunParts, stretches: readonly Stretch[], { dataGroups, replicas }: Plan, experts: number) {
    const { ranks, replica } = stage.spec;
    this.#stage = stage;
    this.#parts = parts;
    this.#ranksPerGroup = ranks / dataGroups;
    const ofTokens: PlacedOp[] = [];
    for (const placed of stretches.flatMap((stretch) => stretch.ops)) {
      const { work } = placed.op;
      if (!isOfContext(work)) {
        ofTokens.push(placed);
        continue;
      }
      const facts = createOpCost(ranks);
      this.ops[placed.at] = facts;
      this.#ofSequences.push({ work, facts });
    }
    this.#growing = this.#ofSequences.filter(({ work }) => work === "attention");
    this.#ofTokens = ofTokens;
    this.#hosted = ofTokens.some(({ op }) => op.work === "host");
    this.#byTokens = new KeptByTokens(
      replicas,
      2 * dataGroups + ofTokens.length * (ranks + 4) + experts + 1,
      (): TokenFacts => ({
        tokens: new Float64Array(dataGroups).fill(-1),
        sequences: new Float64Array(dataGroups),
        ops: Array.from({ length: ofTokens.length }, () => createOpCost(ranks)),
        routed: new Float64Array(experts),
        rankRows: new Float64Array(0),
        dropped: 0,
      }),
    );
    this.#cost = createGroupCost(dataGroups);
    this.pass = new Pass(replica, 0, dataGroups);
    this.pass.rows = new Float64Array(dataGroups);
  }

  /** Copies routed to each expert of a layer [experts]. */
  get routed(): Float64Array {
    return this.#tokens!.routed;
  }

  /** Kept copies by the experts' rank that they go to, of a layer [experts' ranks]. */
  get rankRows(): Float64Array {
    return this.#tokens!.rankRows;
  }

  /** Copies over capacity, of a layer. */
  get dropped(): number {
    return this.#tokens!.dropped;
  }

  /** Works them out for `pass`. */
  look(pass: Pass, microBatch: MicroBatch): void {
    copyPass(pass, this.pass);
    const tokens = this.#byTokens.find(this.pass.rows, this.#hosted ? this.pass.sequences : undefined);
    for (let i = 0; i < this.#ofTokens.length; i++) this.ops[this.#ofTokens[i]!.at] = tokens.ops[i]!;
    this.#tokens = tokens;
    if (!this.#byTokens.known) {
      this.#workOutTokens(microBatch);
      tokens.routed.set(microBatch.load!.routed);
      tokens.rankRows = microBatch.load!.rankRows.slice();
      tokens.dropped = microBatch.load!.fates.dropped;
    }
    this.#workOut(this.#ofSequences, microBatch);
  }

  /** Works them out for the next pass of a run that only decodes: each sequence has one token more in its context, and as many as before in a window. */
  lookAtNext(microBatch: MicroBatch): void {
    const { sequences, contextTokens, pairs } = this.pass;
    for (let g = 0; g < sequences.length; g++) {
      contextTokens[g] = contextTokens[g]! + sequences[g]!;
      pairs[g] = contextTokens[g]!;
    }
    this.#workOut(this.#growing, microBatch);
  }

  #workOut(ops: readonly SequenceOp[], microBatch: MicroBatch): void {
    for (let i = 0; i < ops.length; i++) {
      const { work, facts } = ops[i]!;
      microBatch.sequences!.fill(work, this.pass, this.#cost);
      this.#spread(facts);
    }
  }

  /** What each rank of a data group takes and does. */
  #spread(facts: OpCost): void {
    const { durationNs, flops, bytes } = this.#cost;
    const perGroup = this.#ranksPerGroup;
    for (let rank = 0; rank < facts.durationNs.length; rank++) facts.durationNs[rank] = durationNs[Math.floor(rank / perGroup)]!;
    facts.flops = flops * perGroup;
    facts.memoryBytes = bytes * perGroup;
  }

  #workOutTokens(microBatch: MicroBatch): void {
    const { costs, gate } = this.#parts;
    microBatch.begin(this.pass);
    for (const { op, at } of this.#ofTokens) {
      const cost = this.ops[at]!;
      if (op.work === "gate") gate.draw(op.layer, this.#stage.spec.id, microBatch);
      costs.ask(op, microBatch, this.#stage.spec, cost);
    }
  }
}
