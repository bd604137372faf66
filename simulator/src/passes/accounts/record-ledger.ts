import type { Ledger } from "@tokenyard/executor";
import { PHASES } from "@tokenyard/model";
import { LANES, OP_KINDS } from "@tokenyard/program";
import type { Recorder } from "../../logs/recorder.ts";
import type { StageSpec } from "../../programs/stage-spec.ts";

const KINDS = OP_KINDS.length;

/** Records the work of a stage's ranks in passes, and `slowestNs` [phases][ranks]; of ranks that are `gone` only that they are. */
export function recordLedger(
  { firstNs, lastNs, busyNs, waitingNs, laneNs }: Ledger,
  slowestNs: readonly Float64Array[],
  { firstRank, ranks, id }: StageSpec,
  gone: Uint8Array | undefined,
  recorder: Recorder,
): void {
  if (lastNs < firstNs) return; // none ran
  recorder.ranBetween(id, firstNs, lastNs);
  for (const phase of PHASES.keys()) {
    for (let r = 0; r < ranks; r++) {
      const rank = firstRank + r;
      recorder.slowestNs[rank * 2 + phase]! += slowestNs[phase]![r]!;
      if (gone?.[r] === 1) {
        for (const lane of LANES) recorder.downs.stayGone(rank, phase, lane, laneNs[phase * LANES.length + lane]![r]!);
        continue;
      }
      for (let kind = 0; kind < KINDS; kind++) recorder.lanes.worked(rank, phase, kind, busyNs[phase * KINDS + kind]![r]!);
      for (const lane of LANES) {
        recorder.lanes.waited(rank, phase, lane, waitingNs[phase * LANES.length + lane]![r]!);
        recorder.lanes.close(rank, phase, lane, laneNs[phase * LANES.length + lane]![r]!);
      }
    }
  }
}
