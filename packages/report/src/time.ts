import { LANES, type LaneName, PHASES, type Recording } from "./recording.ts";
import type { PhaseTime, Report } from "./report.ts";

/**
 * Where the lanes' time went, per phase; null for a phase that ran no op. Op kinds without time are left out, and so is the idle
 * time of a lane that no rank ever used, as the network's on a single GPU.
 */
export function timeOf(recording: Recording): Report["time"] {
  return { prefill: phaseTime(recording, 0), decode: phaseTime(recording, 1) };
}

function phaseTime(recording: Recording, phase: number): PhaseTime | null {
  const { opKinds } = recording;
  const busyNs = opKinds.map((_, kind) => columnSum(recording.busyNs, opKinds.length, phase, kind));
  const ofLanes = (column: Float64Array) =>
    LANES.reduce((sum, lane, at) => (isUsed(recording, lane) ? sum + columnSum(column, LANES.length, phase, at) : sum), 0);
  const waitingNs = ofLanes(recording.waitingNs);
  const idleNs = ofLanes(recording.idleNs);
  const lostNs = ofLanes(recording.lostNs);
  const workedNs = busyNs.reduce((sum, ns) => sum + ns, 0) + waitingNs + lostNs;
  if (workedNs === 0) return null;
  const totalNs = workedNs + idleNs;
  const kindShares = (lane: LaneName) => {
    const shares: Record<string, number> = {};
    for (const [kind, op] of opKinds.entries()) if (op.lane === lane && busyNs[kind]! > 0) shares[op.name] = busyNs[kind]! / totalNs;
    return shares;
  };
  return {
    compute: kindShares("compute"),
    network: kindShares("network"),
    waiting: waitingNs / totalNs,
    idle: idleNs / totalNs,
    lost: lostNs / totalNs,
  };
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
