import type { Ticket } from "@tokenyard/engine";
import type { Pass, Phase } from "@tokenyard/model";
import { FIRST_DRAFT, LANES, type Lane, type Op, WHOLE } from "@tokenyard/program";
import { QUEUE, SPENT_KEYS } from "../programs/critical-path.ts";
import type { Slowdown } from "../programs/shape.ts";
import type { StagedProgram } from "../programs/stage-spec.ts";
import type { OpRun } from "../programs/timing.ts";
import type { Drafting } from "./drafting.ts";
import { PassWork } from "./pass-work.ts";
import type { TwoBatch } from "./two-batch.ts";

/** A micro-batch on its trips through the pipeline: its position, and its time by cause since it arrived. */
export class MicroBatch extends PassWork {
  readonly replica: number;
  /** Number of the micro-batch within its replica. */
  readonly number: number;
  phase: Phase = 0;
  /** Number of the current pass, from 0. */
  pass = 0;

  /** Nanoseconds [op kinds, waiting, queue] along the critical path since the first arrival. */
  readonly spentNs = new Float64Array(SPENT_KEYS.length);

  /** When the current pass was formed. */
  startedNs = 0;
  /** Whether the current pass is under way. */
  inFlight = false;
  /** `spentNs` when the pass was formed, kept if the pass may be aborted. */
  readonly #spentBefore = new Float64Array(SPENT_KEYS.length);

  /** End of the time that `spentNs` covers, while the micro-batch is on no stage. */
  reportedNs = 0;

  /** Halves of the micro-batch, if its passes may be split. */
  twoBatch: TwoBatch | undefined;
  /** Drafting, if a draft follows its passes. */
  drafting: Drafting | undefined;

  // On the stage where it is now:
  /** [SPENT_KEYS] the critical path of a visit that was timed as a whole, which it is given when it leaves */
  readonly spentOnStageNs = new Float64Array(SPENT_KEYS.length);
  arrivedNs = 0;
  admittedNs = 0;
  /** Tickets of a visit that is timed as a whole: the end of all ops before its send, and of all. */
  crosses: Ticket | undefined;
  leaves: Ticket | undefined;
  /** Slowdown of the stage when it was admitted. */
  slowdown: Slowdown | undefined;
  /** Whether its tokens go to experts on their own ranks only. */
  isLocal = false;
  /** Program of the current visit. */
  staged: StagedProgram | undefined;
  /** [lanes] place of the op that runs or waits to be launched; the program's length if none is left */
  readonly next: [number, number] = [0, 0];
  /** Ops that have ended. */
  ended = 0;
  /** The times of its ops on this stage, borrowed from the stage. */
  runs: OpRun[] = [];

  constructor(replica: number, number: number) {
    super();
    this.replica = replica;
    this.number = number;
  }

  /** Adds the time since the last report to the queue, as no pass of the micro-batch was under way. */
  report(nowNs: number): void {
    this.spentNs[QUEUE]! += nowNs - this.reportedNs;
    this.reportedNs = nowNs;
  }

  /** Saves `spentNs`, as the pass that was formed now may be aborted. */
  checkpoint(): void {
    this.#spentBefore.set(this.spentNs);
  }

  /** Records that the pass ended at `atNs`. */
  end(atNs: number): void {
    this.inFlight = false;
    this.reportedNs = atNs;
  }

  /** Interrupts its pass: the time spent on it counts as queueing, not as computing. */
  breakOff(nowNs: number): void {
    this.inFlight = false;
    this.spentNs.set(this.#spentBefore);
    this.spentNs[QUEUE]! += nowNs - this.startedNs;
    this.reportedNs = nowNs;
  }

  /** Admits it at `nowNs`; it was queued since it arrived, and runs `staged`. */
  enter(staged: StagedProgram, nowNs: number): void {
    this.staged = staged;
    this.admittedNs = nowNs;
    this.spentNs[QUEUE]! += nowNs - this.arrivedNs;
    this.ended = 0;
    for (const lane of LANES) this.advanceTo(lane, 0);
  }

  /** Sets the next op on `lane` to its first one from index `from` on. */
  advanceTo(lane: Lane, from: number): void {
    const { ops } = this.staged!.program;
    let at = from;
    while (at < ops.length && ops[at]!.lane !== lane) at++;
    this.next[lane] = at;
  }

  /** Adds the time of a visit that was timed as a whole. */
  spendVisit(): void {
    for (let key = 0; key < this.spentNs.length; key++) this.spentNs[key]! += this.spentOnStageNs[key]!;
    this.spentOnStageNs.fill(0);
  }

  override begin(pass: Pass): void {
    super.begin(pass);
    this.phase = pass.phase;
    this.pass = pass.index;
    this.twoBatch?.begin(pass);
    this.drafting?.begin(pass);
  }

  /** Whether its pass is split in two halves. */
  get isSplit(): boolean {
    return this.twoBatch?.isSplit === true;
  }

  /** Drafts that its pass makes. */
  get drafts(): number {
    return this.drafting === undefined ? 0 : this.drafting.drafts;
  }

  /** Work that the costs of `op` depend on: the whole, a half, or the draft. */
  workOf({ part }: Op): PassWork {
    if (part === WHOLE) return this;
    return part >= FIRST_DRAFT ? this.drafting!.works[part - FIRST_DRAFT]! : this.twoBatch!.halves[part - 1]!;
  }
}
