import { type Form, FormMaker, type Keys, keysOf } from "@tokenyard/executor";
import type { Pass } from "@tokenyard/model";
import { COMPUTE } from "@tokenyard/program";
import { speculationOf } from "@tokenyard/scenario";
import { batchSizesOf } from "@tokenyard/serving";
import type { LawProgram } from "../law/law-program.ts";
import { PassNoise } from "../law/pass-noise.ts";
import type { MicroBatch } from "../micro-batches/micro-batch.ts";
import { type PassTape, passTapeOf } from "../programs/pass-tape.ts";
import { fullSpeed } from "../programs/shape.ts";
import type { StagedProgram } from "../programs/stage-spec.ts";
import type { Stage } from "../stages/stage.ts";
import { PassAccount } from "./accounts/pass-account.ts";
import { FormedPasses } from "./formed-passes.ts";
import { LaunchedPass } from "./launched-pass.ts";
import { LoopPasses } from "./loop-passes.ts";
import type { PassFacts } from "./pass-facts.ts";
import type { Ahead, RunParts, RunSizes, RunsOwner } from "./pass-run.ts";
import { PassTable } from "./pass-table.ts";

/** A program on a stage: its tape, the costs and totals of its passes, and their timer. */
export class TimedProgram {
  readonly pass: PassTape;
  readonly table: PassTable;
  readonly account: PassAccount;
  readonly keys: Keys;
  /** Noise of the law that routed layers follow, if they do. */
  readonly noise: PassNoise | undefined;
  readonly #parts: RunParts;
  readonly #stage: Stage;
  readonly #sizes: RunSizes;
  readonly #maker: () => FormMaker;
  /** Whether steps verify drafts, so that no form can predict the step after one. */
  readonly #verifies: boolean;
  #forms: FormMaker | undefined;
  #loop: LoopPasses | undefined;
  #formed: FormedPasses | undefined;
  #launched: LaunchedPass | undefined;

  /** `draws`: whether its ops are launched one by one. */
  constructor(stage: Stage, staged: StagedProgram, owner: RunsOwner, sizes: RunSizes, draws: boolean) {
    const { plan, scenario } = owner.setup;
    const { ranks } = stage.spec;
    const pass = tapeOf(staged, ranks, draws);
    const keys = keysOf((sizes.shape?.slowdown ?? fullSpeed(ranks))[COMPUTE], plan.dataGroups);
    this.pass = pass;
    this.#verifies = speculationOf(scenario.serving) !== undefined;
    this.keys = keys;
    this.#parts = owner;
    this.#stage = stage;
    this.#sizes = sizes;
    const law: LawProgram | undefined = draws ? undefined : owner.law?.programOf(stage, pass);
    this.noise = law && new PassNoise(owner.law!.noise, stage.spec.id);
    this.account = new PassAccount(stage, pass, keys, owner, sizes.shape?.gone, law);
    this.table = new PassTable(stage, pass, owner, plan, sizes, batchSizesOf(scenario.serving), (facts) => this.account.settle(facts), law);
    this.#maker = () => new FormMaker(pass.tape, keys);
  }

  get loop(): LoopPasses {
    this.#loop ??= new LoopPasses(this.#stage, this.table, this.account, this.#parts, this.#sizes, this.noise);
    return this.#loop;
  }

  get formed(): FormedPasses {
    this.#formed ??= new FormedPasses(this, this.keys, this.#sizes.ahead);
    return this.#formed;
  }

  get launched(): LaunchedPass {
    this.#launched ??= new LaunchedPass(this.#stage, this.table, this.account, this.#parts, this.#sizes);
    return this.#launched;
  }

  /** The form of passes with the tokens of `facts`; undefined where there is none. */
  formOf(facts: PassFacts): Form | undefined {
    if (!this.pass.isFormable || this.#verifies || !this.table.knowsPast(facts)) return undefined;
    if (facts.isFormKnown) return facts.form;
    this.#forms ??= this.#maker();
    facts.form = this.#forms.make(facts.durations);
    facts.isFormKnown = true;
    const { counts } = this.#sizes;
    const { reason } = this.#forms;
    if (reason !== undefined) counts?.formless.set(reason, (counts.formless.get(reason) ?? 0) + 1);
    return facts.form;
  }

  /** `count` passes of `microBatch` have ended that were timed by their form. */
  countFormed({ masked, elsewhere }: PassFacts, { replica }: MicroBatch, count: number): void {
    const { counts } = this.#sizes;
    if (counts !== undefined) counts.form += count;
    if (masked + elsewhere > 0) this.#parts.gate.count(replica, masked, elsewhere, count);
  }

  /** Starts consecutive passes: by the form if there is one that pays off, else by the loop. */
  startRow(pass: Pass, microBatch: MicroBatch, nowNs: number, ahead: Ahead): FormedPasses | LoopPasses {
    const { formed } = this;
    if (formed.start(pass, microBatch, nowNs, ahead) !== undefined) return formed;
    this.loop.start(pass, microBatch, nowNs, ahead);
    return this.loop;
  }

  close(): void {
    this.account.close(this.table.kept);
  }
}

/** Tapes of programs that replicas share, built once. */
const known = new WeakMap<StagedProgram, (PassTape | undefined)[]>();

function tapeOf(staged: StagedProgram, ranks: number, draws: boolean): PassTape {
  const both = known.get(staged) ?? [];
  known.set(staged, both);
  both[Number(draws)] ??= passTapeOf(staged, ranks, draws);
  return both[Number(draws)]!;
}
