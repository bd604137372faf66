import { createWorkTally, OP_KINDS, type OpCosts } from "@tokenyard/program";
import type { Wanted } from "../metrics/probe.ts";
import { type SampledPass, SeenPasses } from "../metrics/seen-passes.ts";
import { addBusy, type SoFar } from "../metrics/so-far.ts";
import type { StageSpec } from "../stages/stage-spec.ts";
import type { PassSummary } from "./pass-summary.ts";

const KINDS = OP_KINDS.length;

/** Passes of a stage that samples tell of before the recorder is told: those that have run since the last sample are added to each. */
export class EarlyPasses {
  readonly #wanted: Wanted;
  readonly #spec: StageSpec;
  readonly #costs: OpCosts;
  /** Attentions in a pass, of all ranks of a data group. */
  readonly #attentions: number;
  readonly #seen: SeenPasses;
  /** Where any have run since the last sample. */
  readonly #fresh: PassSummary[] = [];

  constructor(wanted: Wanted, spec: StageSpec, costs: OpCosts, attentions: number) {
    this.#wanted = wanted;
    this.#spec = spec;
    this.#costs = costs;
    this.#attentions = attentions;
    this.#seen = new SeenPasses(spec.ranks);
  }

  /** Passes like `facts` have run. */
  note(facts: PassSummary): void {
    if (!this.#wanted.any || facts.isFresh) return;
    facts.isFresh = true;
    this.#fresh.push(facts);
  }

  /** All that have run by now are seen, and in `soFar`. */
  addTo(soFar: SoFar): void {
    for (const facts of this.#fresh) this.#see(facts);
    this.#fresh.length = 0;
    this.#seen.addTo(soFar, this.#spec.firstRank);
    soFar.stageBytes[this.#spec.id]! += this.#seen.bytes;
  }

  /** What was seen of `facts` is told the recorder now. */
  forget({ seen, sampled, ops }: PassSummary): void {
    if (seen === undefined || seen[0]! + seen[1]! === 0) return;
    this.#seen.add(sampled!, ops!, -seen[0]!, -seen[1]!);
    seen.fill(0);
  }

  #see(facts: PassSummary): void {
    facts.isFresh = false;
    const seen = facts.seen!;
    const [prompts, decodes] = [facts.passes[0]! - seen[0]!, facts.passes[1]! - seen[1]!];
    if (prompts + decodes === 0) return;
    facts.sampled ??= this.#sampledOf(facts);
    this.#seen.add(facts.sampled, facts.ops!, prompts, decodes);
    seen.set(facts.passes);
  }

  #sampledOf({ busyNs, work, tokens }: PassSummary): SampledPass {
    const lanes = new Float64Array(this.#wanted.ranks ? this.#spec.ranks * 2 : 0);
    for (let r = 0, at = 0; this.#wanted.ranks && at < busyNs.length; r++)
      for (let kind = 0; kind < KINDS; kind++, at++) addBusy(lanes, r, kind, busyNs[at]!);
    const tally = createWorkTally();
    if (this.#wanted.bytes) this.#costs.addProjections(tokens, this.#attentions, tally);
    return { busyNs: lanes, bytes: work.memoryBytes, decodingBytes: tally.memoryBytes };
  }
}
