// A slow executor that keeps every time of every rank, written from the discipline's text alone: it shares no code with
// the stages, the timing, or the engine, and judges them.

export interface ReferenceOp {
  readonly lane: number;
  /** Partition of the stage's ranks. */
  readonly groups: readonly (readonly number[])[];
  /** Ops whose results it takes, all of them before it. */
  readonly after: readonly number[];
}

/** What a micro-batch runs on one visit to a stage; each lane runs its ops in this order. */
export interface ReferenceSlice {
  readonly ops: readonly ReferenceOp[];
  /** Ops before the send; all on the last visit to the last stage. */
  readonly beforeSend: number;
  /** [micro-batch][op][rank] */
  readonly durationNs: readonly (readonly (readonly number[])[])[];
}

export interface ReferenceStage {
  readonly ranks: number;
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
  /** [ops] */
  readonly times: (ReferenceOpTimes | undefined)[];
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
    trips.push({ stage, slice, microBatch, arrivedNs, admittedNs: -1, admitted: -1, times: [], left: false });
    instants.add(arrivedNs);
  };
  for (const { microBatch, timeNs } of arrivals) arrive(0, 0, microBatch, timeNs);

  let now = -1;
  for (;;) {
    for (const past of instants) if (past <= now) instants.delete(past);
    if (instants.size === 0) break;
    now = Math.min(...instants);
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
      const here = stages.map((_, s) => trips.filter((trip) => trip.stage === s));
      // what ends at once is known, and has left, before anybody is admitted
      const launched = stages.map((stage, s) => launch(stage, here[s]!, now, instants));
      if (launched.some((endsNs) => endsNs.includes(now))) {
        changed = true;
        continue;
      }
      for (const [s, stage] of stages.entries()) {
        const admits = admit(stage, here[s]!, now);
        if (launch(stage, here[s]!, now, instants).length > 0 || admits) changed = true;
      }
    }
  }

  const times: ReferenceOpTimes[][][][] = stages.map(({ slices }) => slices.map(() => []));
  for (const trip of trips) times[trip.stage]![trip.slice]![trip.microBatch] = trip.times as ReferenceOpTimes[];
  return times;
}

/** Admits what can be to a stage at `now`; true when that was anything. `here` are its trips in order of arrival. */
function admit(stage: ReferenceStage, here: readonly Trip[], now: number): boolean {
  let changed = false;
  for (;;) {
    const isComputing = here.some((t) => t.admittedNs >= 0 && !isDone(t, stage.slices[t.slice]!.beforeSend, now));
    const waiting = here.filter((t) => t.admittedNs < 0 && t.arrivedNs <= now);
    if (isComputing || waiting.length === 0) break;
    const furthest = Math.max(...waiting.map((t) => t.slice));
    const trip = waiting.find((t) => t.slice === furthest)!;
    trip.admitted = here.filter((t) => t.admittedNs >= 0).length;
    trip.admittedNs = now;
    changed = true;
  }
  return changed;
}

/** Launches once what can be on a stage at `now`; when each of that ends. Both lanes choose from what has ended so far. */
function launch(stage: ReferenceStage, here: readonly Trip[], now: number, instants: Set<number>): number[] {
  const admitted = here.filter((t) => t.admittedNs >= 0).sort((a, b) => a.admitted - b.admitted);
  const chosen = [0, 1].map((lane) => {
    const all = admitted.flatMap((trip) => stage.slices[trip.slice]!.ops.flatMap((op, o) => (op.lane === lane ? [{ trip, op, o }] : [])));
    const ran = all.filter(({ trip, o }) => trip.times[o] !== undefined);
    const next = all.find(({ trip, o }) => trip.times[o] === undefined);
    if (next === undefined || !ran.every(({ trip, o }) => hasEnded(trip, o, now))) return undefined;
    if (!next.op.after.every((before) => hasEnded(next.trip, before, now))) return undefined;
    return { ...next, before: ran.map(({ trip, o }) => trip.times[o]!) };
  });
  return chosen.flatMap((next) => {
    if (next === undefined) return [];
    const { trip, o, before } = next;
    const times = timesOf(stage.slices[trip.slice]!, trip, o, before);
    trip.times[o] = times;
    const endNs = Math.max(...times.endNs);
    instants.add(endNs);
    return [endNs];
  });
}

/** Times of op number `o` of a trip, after those that its lane has run. */
function timesOf(slice: ReferenceSlice, trip: Trip, o: number, laneBefore: readonly ReferenceOpTimes[]): ReferenceOpTimes {
  const startNs: number[] = [];
  const endNs: number[] = [];
  const { groups, after } = slice.ops[o]!;
  const earlier = [...after.map((before) => trip.times[before]!), ...laneBefore];
  for (const group of groups) {
    const start = Math.max(...group.flatMap((rank) => [trip.admittedNs, ...earlier.map((run) => run.endNs[rank]!)]));
    const end = start + Math.max(...group.map((rank) => slice.durationNs[trip.microBatch]![o]![rank]!));
    for (const rank of group) {
      startNs[rank] = start;
      endNs[rank] = end;
    }
  }
  return { startNs, endNs };
}

function hasEnded({ times }: Trip, o: number, now: number): boolean {
  const run = times[o];
  return run !== undefined && Math.max(...run.endNs) <= now;
}

/** The first `count` ops of a trip have ended on all ranks by `now`. */
function isDone(trip: Trip, count: number, now: number): boolean {
  return trip.admittedNs <= now && Array.from({ length: count }, (_, o) => o).every((o) => hasEnded(trip, o, now));
}
