import { LANES, type LaneName, PHASES, type Recording } from "../recording/recording.ts";
import type { PhaseTime, Report } from "../schema/report.ts";

/**
 * Time of each lane by phase; null for a phase that ran no op. Op kinds without time are left out, and so is a lane that no rank used, such
 * as the network's on a single GPU.
 */
export function timeOf(recording: Recording): Report["time"] {
  return { prefill: phaseTime(recording, 0), decode: phaseTime(recording, 1) };
}

function phaseTime(recording: Recording, phase: number): PhaseTime | null {
  const [compute, network] = LANES.map((lane, at) => laneTime(recording, phase, lane, at));
  return compute!.workedNs + network!.workedNs === 0 ? null : { compute: compute!.shares, network: network!.shares };
}

/** How long a lane worked, waited or lost time in a phase, over all ranks, and the shares of its time. */
function laneTime(recording: Recording, phase: number, lane: LaneName, at: number): { workedNs: number; shares: Record<string, number> } {
  const { opKinds } = recording;
  const shares: Record<string, number> = {};
  if (!isUsed(recording, lane)) return { workedNs: 0, shares };
  const busyNs = opKinds.map((op, kind) => (op.lane === lane ? columnSum(recording.busyNs, opKinds.length, phase, kind) : 0));
  const of = (column: Float64Array) => columnSum(column, LANES.length, phase, at);
  const [waitingNs, idleNs, lostNs] = [of(recording.waitingNs), of(recording.idleNs), of(recording.lostNs)];
  const down = recording.downNs === undefined ? undefined : of(recording.downNs);
  const workedNs = busyNs.reduce((sum, ns) => sum + ns, 0) + waitingNs + lostNs;
  const totalNs = workedNs + idleNs + (down ?? 0);
  if (totalNs === 0) return { workedNs, shares };
  for (const [kind, { name }] of opKinds.entries()) if (busyNs[kind]! > 0) shares[name] = busyNs[kind]! / totalNs;
  shares["waiting"] = waitingNs / totalNs;
  shares["idle"] = idleNs / totalNs;
  shares["lost"] = lostNs / totalNs;
  if (down !== undefined) shares["down"] = down / totalNs;
  return { workedNs, shares };
}

/** Whether any rank was ever busy on `lane`, or lost time there. */
function isUsed({ opKinds, busyNs, lostNs }: Recording, lane: LaneName): boolean {
  return PHASES.some((_, phase) => {
    const busy = opKinds.some((op, kind) => op.lane === lane && columnSum(busyNs, opKinds.length, phase, kind) > 0);
    return busy || columnSum(lostNs, LANES.length, phase, LANES.indexOf(lane)) > 0;
  });
}

/** Sum over ranks of one entry of `column` [ranks × phases × width]. */
function columnSum(column: Float64Array, width: number, phase: number, entry: number): number {
  let sum = 0;
  for (let at = phase * width + entry; at < column.length; at += PHASES.length * width) sum += column[at]!;
  return sum;
}
