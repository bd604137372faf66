// A slow executor that keeps every time of every rank, written from the discipline's text alone: it shares no code with
// the stages, the timing, or the engine, and judges them.

export interface ReferenceOp {
  readonly lane: number;
  /** Partition of the stage's ranks. */
  readonly groups: readonly (readonly number[])[];
}

export interface ReferenceStage {
  readonly ranks: number;
  readonly ops: readonly ReferenceOp[];
  /** Ops before the send; all on the last stage. */
  readonly beforeSend: number;
  readonly inFlight: number;
  /** [micro-batch][op][rank] */
  readonly durationNs: readonly (readonly (readonly number[])[])[];
}

export interface ReferenceOpTimes {
  readonly startNs: number[];
  readonly endNs: number[];
}

interface Trip {
  readonly microBatch: number;
  readonly arrivedNs: number;
  admittedNs: number;
  readonly launched: ReferenceOpTimes[];
}

/** Times of every op [stage][micro-batch][op]; `arrivals` are in order of arrival at the first stage. */
export function referenceRun(
  stages: readonly ReferenceStage[],
  arrivals: readonly { readonly microBatch: number; readonly timeNs: number }[],
): ReferenceOpTimes[][][] {
  let incoming = [...arrivals];
  return stages.map((stage) => {
    const trips = runStage(stage, incoming);
    incoming = trips
      .map((trip) => ({ microBatch: trip.microBatch, timeNs: lastEnd(trip, stage.ops.length) }))
      .sort((a, b) => a.timeNs - b.timeNs); // stable: trips are in order of admission
    const byMicroBatch: ReferenceOpTimes[][] = [];
    for (const trip of trips) byMicroBatch[trip.microBatch] = trip.launched;
    return byMicroBatch;
  });
}

function runStage(stage: ReferenceStage, incoming: readonly { readonly microBatch: number; readonly timeNs: number }[]): Trip[] {
  const trips: Trip[] = incoming.map(({ microBatch, timeNs }) => ({ microBatch, arrivedNs: timeNs, admittedNs: -1, launched: [] }));
  const lanes: Trip[][] = [[], []]; // in order of launch; with `laneOps` says what each lane ran
  const laneOps: number[][] = [[], []];
  const instants = new Set(trips.map((trip) => trip.arrivedNs));
  let now = -1;
  for (;;) {
    const later = [...instants].filter((t) => t > now);
    if (later.length === 0) return trips;
    now = Math.min(...later);
    let changed = true;
    while (changed) {
      changed = false;
      for (const trip of trips) {
        if (trip.admittedNs >= 0 || trip.arrivedNs > now) continue;
        const onStage = trips.filter((t) => t.admittedNs >= 0 && !isDone(t, stage.beforeSend, now)).length;
        if (onStage >= stage.inFlight) break;
        trip.admittedNs = now;
        if (stage.ops.length === 0) instants.add(now);
        changed = true;
      }
      // both lanes choose from what has ended so far; an op of no length that is launched now ends in the next round
      const chosen = [0, 1].map((lane) => {
        const count = lanes[lane]!.length;
        if (count > 0 && !isDone(lanes[lane]![count - 1]!, laneOps[lane]![count - 1]! + 1, now)) return undefined;
        return trips.find((t) => {
          const next = t.launched.length;
          return t.admittedNs >= 0 && next < stage.ops.length && isDone(t, next, now) && stage.ops[next]!.lane === lane;
        });
      });
      chosen.forEach((trip, lane) => {
        if (trip === undefined) return;
        const o = trip.launched.length;
        const before = lanes[lane]!.map((t, i) => t.launched[laneOps[lane]![i]!]!);
        trip.launched.push(timesOf(stage, trip, o, before));
        lanes[lane]!.push(trip);
        laneOps[lane]!.push(o);
        instants.add(lastEnd(trip, o + 1));
        changed = true;
      });
    }
  }
}

function timesOf(stage: ReferenceStage, trip: Trip, o: number, laneBefore: readonly ReferenceOpTimes[]): ReferenceOpTimes {
  const startNs: number[] = [];
  const endNs: number[] = [];
  for (const group of stage.ops[o]!.groups) {
    const arrived = group.map((rank) =>
      Math.max(o === 0 ? trip.admittedNs : trip.launched[o - 1]!.endNs[rank]!, ...laneBefore.map((run) => run.endNs[rank]!)),
    );
    const start = Math.max(...arrived);
    const end = start + Math.max(...group.map((rank) => stage.durationNs[trip.microBatch]![o]![rank]!));
    for (const rank of group) {
      startNs[rank] = start;
      endNs[rank] = end;
    }
  }
  return { startNs, endNs };
}

/** The first `count` ops of a trip have ended on all ranks by `now`. */
function isDone(trip: Trip, count: number, now: number): boolean {
  return trip.launched.length >= count && lastEnd(trip, count) <= now;
}

function lastEnd(trip: Trip, count: number): number {
  return count === 0 ? trip.admittedNs : Math.max(...trip.launched[count - 1]!.endNs);
}
