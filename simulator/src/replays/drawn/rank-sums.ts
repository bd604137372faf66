import { LANES, OP_KINDS } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import { addSlowest } from "../../logs/slowest.ts";
import type { SoFar } from "../../metrics/so-far.ts";
import type { StageLanes } from "../../stages/stage-spec.ts";

const KINDS = OP_KINDS.length;
const PHASES = [0, 1] as const;

/** What the ranks of a stage have done in passes that were timed rank by rank, until it is told. */
export class RankSums {
  /** [phases × lanes][ranks] at barriers */
  readonly waitingNs: readonly Float64Array[];
  /** [phases × op kinds][ranks] */
  readonly #busyNs: readonly Float64Array[];
  /** [phases × lanes][ranks] from the end of one pass on a lane to the end of the next, whose phase it is */
  readonly #laneNs: readonly Float64Array[];
  /** [phases][ranks] as the recorder has them */
  readonly #slowestNs: readonly Float64Array[];
  /** [phases × op kinds] 1: there have been any */
  readonly #isWorked = new Uint8Array(PHASES.length * KINDS);
  readonly #stage: StageLanes;
  #firstNs = Number.POSITIVE_INFINITY;
  #lastNs = 0;

  constructor(stage: StageLanes) {
    const columns = (count: number) => Array.from({ length: count }, () => new Float64Array(stage.spec.ranks));
    this.#stage = stage;
    this.waitingNs = columns(PHASES.length * LANES.length);
    this.#busyNs = columns(PHASES.length * KINDS);
    this.#laneNs = columns(PHASES.length * LANES.length);
    this.#slowestNs = columns(PHASES.length);
  }

  /** So many ops have taken so long, [ranks]. */
  work(phase: number, kind: number, durationNs: Float64Array, times: number): void {
    const busyNs = this.#busyNs[phase * KINDS + kind]!;
    this.#isWorked[phase * KINDS + kind] = 1;
    for (let r = 0; r < busyNs.length; r++) busyNs[r] = busyNs[r]! + durationNs[r]! * times;
  }

  /** So long experts have taken. */
  workExperts(phase: number, durationNs: Float64Array): void {
    addSlowest(durationNs, 1, this.#slowestNs[phase]!, 0, 1);
  }

  /** A pass that started at `startNs` has left `lane` at `endsNs` [ranks], its last op ended at `endNs`. */
  leave(phase: number, lane: number, startNs: number, endsNs: Float64Array, endNs: number, recorder: Recorder): void {
    const { firstRank } = this.#stage.spec;
    const { lastPhase } = recorder.times;
    const freeNs = this.#stage.laneFreeNs[lane]!;
    const laneNs = this.#laneNs[phase * LANES.length + lane]!;
    for (let r = 0; r < laneNs.length; r++) {
      laneNs[r] = laneNs[r]! + (endsNs[r]! - freeNs[r]!);
      freeNs[r] = endsNs[r]!;
      lastPhase[(firstRank + r) * 2 + lane] = phase;
    }
    if (startNs < this.#firstNs) this.#firstNs = startNs;
    if (endNs > this.#lastNs) this.#lastNs = endNs;
  }

  /** Adds how long ranks were at it. */
  addTo(soFar: SoFar): void {
    const { firstRank } = this.#stage.spec;
    if (soFar.busyNs.length === 0) return; // nobody asks
    for (let at = 0; at < this.#busyNs.length; at++) if (this.#isWorked[at] === 1) soFar.workAll(firstRank, at % KINDS, this.#busyNs[at]!);
  }

  /** No more passes. */
  tell(recorder: Recorder): void {
    const { firstRank, ranks, id } = this.#stage.spec;
    if (this.#lastNs < this.#firstNs) return; // none ran
    recorder.ranBetween(id, this.#firstNs, this.#lastNs);
    for (const phase of PHASES) {
      for (let r = 0; r < ranks; r++) {
        const rank = firstRank + r;
        for (let kind = 0; kind < KINDS; kind++) recorder.lanes.worked(rank, phase, kind, this.#busyNs[phase * KINDS + kind]![r]!);
        recorder.slowestNs[rank * 2 + phase]! += this.#slowestNs[phase]![r]!;
        for (const lane of LANES) {
          recorder.lanes.waited(rank, phase, lane, this.waitingNs[phase * LANES.length + lane]![r]!);
          recorder.lanes.close(rank, phase, lane, this.#laneNs[phase * LANES.length + lane]![r]!);
        }
      }
    }
  }
}
