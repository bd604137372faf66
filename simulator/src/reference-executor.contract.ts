// A slow executor that keeps every time of every rank, written from the discipline's text alone: it shares no code with
// the stages, the timing, or the engine, and judges them.

export interface ReferenceOp {
  readonly lane: number;
  /** Partition of the stage's ranks. */
  readonly groups: readonly (readonly number[])[];
}

/** What a micro-batch runs on one visit to a stage. */
export interface ReferenceSlice {
  readonly ops: readonly ReferenceOp[];
  /** Ops before the send; all on the last visit to the last stage. */
  readonly beforeSend: number;
  /** [micro-batch][op][rank] */
  readonly durationNs: readonly (readonly (readonly number[])[])[];
}

export interface ReferenceStage {
  readonly ranks: number;
  readonly inFlight: number;
  /** One for each visit: a micro-batch goes through the first slices of all stages, then through the second ones, and so on. */
  readonly slices: readonly ReferenceSlice[];
}

export interface ReferenceOpTimes {
  readonly startNs: number[];
  readonly endNs: number[];
}

/** A visit of a micro-batch to a stage. */
interface Trip {
  readonly stage: number;
  readonly slice: number;
  readonly microBatch: number;
  readonly arrivedNs: number;
  admittedNs: number;
  /** Its place among the admissions of its stage. */
  admitted: number;
  readonly launched: ReferenceOpTimes[];
  left: boolean;
}

/** Times of every op [stage][slice][micro-batch][op] that is launched before `untilNs`; `arrivals` are in order of arrival at the first stage. */
export function referenceRun(
  stages: readonly ReferenceStage[],
  arrivals: readonly { readonly microBatch: number; readonly timeNs: number }[],
  untilNs = Number.POSITIVE_INFINITY,
): ReferenceOpTimes[][][][] {
  const trips: Trip[] = [];
  const instants = new Set<number>();
  const arrive = (stage: number, slice: number, microBatch: number, arrivedNs: number) => {
    trips.push({ stage, slice, microBatch, arrivedNs, admittedNs: -1, admitted: -1, launched: [], left: false });
    instants.add(arrivedNs);
  };
  for (const { microBatch, timeNs } of arrivals) arrive(0, 0, microBatch, timeNs);

  let now = -1;
  for (;;) {
    const later = [...instants].filter((t) => t > now);
    if (later.length === 0) break;
    now = Math.min(...later);
    if (now >= untilNs) break;
    let changed = true;
    while (changed) {
      changed = false;
      for (const trip of trips) {
        const slice = stages[trip.stage]!.slices[trip.slice]!;
        if (trip.left || trip.admittedNs < 0 || !isDone(trip, slice.ops.length, now)) continue;
        trip.left = true;
        changed = true;
        if (trip.stage < stages.length - 1) arrive(trip.stage + 1, trip.slice, trip.microBatch, now);
        else if (trip.slice < stages[trip.stage]!.slices.length - 1) arrive(0, trip.slice + 1, trip.microBatch, now);
      }
      for (const [s, stage] of stages.entries()) {
        const here = trips.filter((trip) => trip.stage === s);
        if (runRound(stage, here, now, instants)) changed = true;
      }
    }
  }

  const times: ReferenceOpTimes[][][][] = stages.map(({ slices }) => slices.map(() => []));
  for (const trip of trips) times[trip.stage]![trip.slice]![trip.microBatch] = trip.launched;
  return times;
}

/** Admits and launches once what can be on a stage at `now`; true when that was anything. `here` are its trips in order of arrival. */
function runRound(stage: ReferenceStage, here: readonly Trip[], now: number, instants: Set<number>): boolean {
  let changed = false;
  for (;;) {
    const onStage = here.filter((t) => t.admittedNs >= 0 && !isDone(t, stage.slices[t.slice]!.beforeSend, now)).length;
    const waiting = here.filter((t) => t.admittedNs < 0 && t.arrivedNs <= now);
    if (onStage >= stage.inFlight || waiting.length === 0) break;
    const furthest = Math.max(...waiting.map((t) => t.slice));
    const trip = waiting.find((t) => t.slice === furthest)!;
    trip.admitted = here.filter((t) => t.admittedNs >= 0).length;
    trip.admittedNs = now;
    changed = true;
  }
  // both lanes choose from what has ended so far; an op of no length that is launched now ends in the next round
  const admitted = here.filter((t) => t.admittedNs >= 0).sort((a, b) => a.admitted - b.admitted);
  const opsOf = (trip: Trip) => stage.slices[trip.slice]!.ops;
  const ran = [0, 1].map((lane) =>
    admitted.flatMap((trip) => trip.launched.flatMap((run, o) => (opsOf(trip)[o]!.lane === lane ? [{ trip, o, run }] : []))),
  );
  const chosen = ran.map((runs, lane) => {
    if (!runs.every(({ trip, o }) => isDone(trip, o + 1, now))) return undefined;
    return admitted.find((t) => {
      const next = t.launched.length;
      return next < opsOf(t).length && isDone(t, next, now) && opsOf(t)[next]!.lane === lane;
    });
  });
  chosen.forEach((trip, lane) => {
    if (trip === undefined) return;
    trip.launched.push(
      timesOf(
        stage.slices[trip.slice]!,
        trip,
        ran[lane]!.map(({ run }) => run),
      ),
    );
    instants.add(lastEnd(trip, trip.launched.length));
    changed = true;
  });
  return changed;
}

/** Times of the next op of a trip, after those that its lane has run. */
function timesOf(slice: ReferenceSlice, trip: Trip, laneBefore: readonly ReferenceOpTimes[]): ReferenceOpTimes {
  const o = trip.launched.length;
  const startNs: number[] = [];
  const endNs: number[] = [];
  for (const group of slice.ops[o]!.groups) {
    const arrived = group.map((rank) =>
      Math.max(o === 0 ? trip.admittedNs : trip.launched[o - 1]!.endNs[rank]!, ...laneBefore.map((run) => run.endNs[rank]!)),
    );
    const start = Math.max(...arrived);
    const end = start + Math.max(...group.map((rank) => slice.durationNs[trip.microBatch]![o]![rank]!));
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
