import type { SegmentRun } from "./segment-run.ts";

/** The first `ended` passes of `run`, whose sequences only decode, are accounted for: the run is that of those behind from now on. */
export function endFirst(run: SegmentRun, ended: number): void {
  const { count, times, endsNs, attentionNs, contextTokens, sequences } = run;
  const groups = sequences.length;
  run.count = ended;
  run.end();
  run.startNs = endsNs[ended - 1]!;
  run.count = count - ended;
  endsNs.copyWithin(0, ended, count);
  attentionNs.copyWithin(0, ended * groups, count * groups);
  times.drop(ended, count);
  for (let g = 0; g < groups; g++) contextTokens[g] = contextTokens[g]! + sequences[g]! * ended;
}
