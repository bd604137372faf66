import type { Pass, Phase } from "@tokenyard/model";
import type { ExpertLoad, SequenceCosts } from "@tokenyard/program";
import type { Stream } from "@tokenyard/random";
import { QUEUE, SPENT_KEYS } from "./critical-path.ts";
import type { OpRun } from "./timing.ts";

/** A micro-batch on its trips through the pipeline: where it is, and what its time has gone into since it arrived. */
export class MicroBatch {
  readonly replica: number;
  /** Its number within the replica. */
  readonly number: number;
  phase: Phase = 0;
  /** Number of the current pass, from 0. */
  pass = 0;

  /** Nanoseconds [op kinds, waiting, queue] along the critical path since the first arrival. */
  readonly spentNs = new Float64Array(SPENT_KEYS.length);

  /** When its pass was formed. */
  startedNs = 0;
  /** Whether that is under way. */
  underWay = false;
  /** `spentNs` when it was formed; kept where it may be broken off. */
  readonly #spentBefore = new Float64Array(SPENT_KEYS.length);

  /** Up to when `spentNs` reports, while it is on no stage. */
  reportedNs = 0;

  /** How many times it has been round all stages: the slice of layers that it crosses. */
  slice = 0;

  // On the stage where it is now:
  arrivedNs = 0;
  admittedNs = 0;
  /** The op that runs or waits to be launched. */
  next = 0;
  running = false;
  /** The times of its ops on this stage, borrowed from the stage. */
  runs: readonly OpRun[] = [];
  /** [ranks] when each rank has ended its previous op here. */
  readyNs: Float64Array = new Float64Array(0);

  // What the costs of its ops are worked out from; a test of the stage alone has neither.
  scheduled: Pass | undefined;
  sequences: SequenceCosts | undefined;
  load: ExpertLoad | undefined;
  /** What its experts are drawn from. */
  draws: { readonly routing: Stream; readonly overflow: Stream } | undefined;

  constructor(replica: number, number: number) {
    this.replica = replica;
    this.number = number;
  }

  /** Since it was reported last, no pass of it was under way: it was in the queue. */
  report(nowNs: number): void {
    this.spentNs[QUEUE] = this.spentNs[QUEUE]! + nowNs - this.reportedNs;
    this.reportedNs = nowNs;
  }

  /** Its pass, formed now, may be broken off. */
  keepSpent(): void {
    this.#spentBefore.set(this.spentNs);
  }

  /** Its pass is broken off: what time went into it was none of computing, but of standing in a queue. */
  breakOff(nowNs: number): void {
    this.underWay = false;
    this.spentNs.set(this.#spentBefore);
    this.spentNs[QUEUE] = this.spentNs[QUEUE]! + nowNs - this.startedNs;
    this.reportedNs = nowNs;
  }

  /** `pass` begins: nothing of its costs is known. */
  begin(pass: Pass): void {
    this.scheduled = pass;
    this.phase = pass.phase;
    this.pass = pass.index;
    this.sequences!.renew();
    this.load!.forget();
  }
}
