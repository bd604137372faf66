import { Engine } from "@tokenyard/engine";
import type { Recording } from "@tokenyard/report";
import type { Trip } from "./trips.ts";

// The executor that one would write first: an event for every rank and op, barriers by counting, a queue for every lane. It is
// given the durations of a recording and does no routing, no physics and no accounting: it only finds out when the run ends.

type Event =
  | { readonly kind: "done"; readonly trip: Trip; readonly rank: number; readonly op: number }
  | { readonly kind: "entered"; readonly trip: Trip };

interface Waiting {
  readonly trip: Trip;
  readonly op: number;
}

/**
 * Runs the trips of a recording again (and uses them up), one micro-batch in flight on a stage. A later pass enters `returnNs`
 * after the one before it has left. Gives the number of events and the time of the last one.
 */
export function naiveLoop(
  recording: Recording,
  microBatches: readonly Trip[][],
  returnNs: number,
): { readonly events: number; readonly endNs: number } {
  const ranks = recording.plan.ranksPerStage;
  const engine = new Engine<Event>(({ kind }) => (kind === "done" ? 0 : 1));
  const queues: Trip[][] = Array.from({ length: recording.ranks / ranks }, () => []);
  const isBusy = queues.map(() => false);
  const next = new Int32Array(microBatches.length); // trip of each micro-batch
  const isTaken = new Uint8Array(recording.ranks * 2);
  const waiting: Waiting[][] = Array.from({ length: recording.ranks * 2 }, () => []);
  let events = 0;

  function admit(stage: number): void {
    if (isBusy[stage]) return;
    const trip = queues[stage]!.shift();
    if (trip === undefined) return;
    isBusy[stage] = true;
    for (let rank = 0; rank < ranks; rank++) reach(trip, rank, 0);
  }

  /** The rank has ended what comes before `op`: it takes the lane, or waits for it. */
  function reach(trip: Trip, rank: number, op: number): void {
    const lane = laneOf(trip, rank, op);
    if (isTaken[lane]) waiting[lane]!.push({ trip, op });
    else join(trip, rank, op, lane);
  }

  /** The last rank to join lets its group start. */
  function join(trip: Trip, rank: number, op: number, lane: number): void {
    isTaken[lane] = 1;
    const { durationNs, groupOf } = trip.ops[op]!;
    const group = groupOf[rank]!;
    group.longestNs = Math.max(group.longestNs, durationNs[rank]!);
    if (--group.missing > 0) return;
    for (const member of group.members) engine.schedule(engine.nowNs + group.longestNs, { kind: "done", trip, rank: member, op });
  }

  function done(trip: Trip, rank: number, op: number): void {
    const lane = laneOf(trip, rank, op);
    isTaken[lane] = 0;
    const freed = waiting[lane]!.shift();
    if (freed !== undefined) join(freed.trip, rank, freed.op, lane);
    const isLast = op === trip.ops.length - 1;
    if (!isLast) reach(trip, rank, op + 1);
    if (op === trip.beforeSend - 1 && --trip.computing === 0) {
      isBusy[trip.stage] = false;
      admit(trip.stage);
    }
    if (isLast && --trip.staying === 0) leave(trip);
  }

  function leave({ microBatch, pass }: Trip): void {
    const trip = microBatches[microBatch]![next[microBatch]!];
    if (trip === undefined) return;
    next[microBatch]!++;
    if (trip.pass === pass) enter(trip);
    else engine.schedule(engine.nowNs + returnNs, { kind: "entered", trip });
  }

  function enter(trip: Trip): void {
    queues[trip.stage]!.push(trip);
    admit(trip.stage);
  }

  function laneOf(trip: Trip, rank: number, op: number): number {
    return (trip.stage * ranks + rank) * 2 + (trip.ops[op]!.isNetwork ? 1 : 0);
  }

  for (const [microBatch, trips] of microBatches.entries()) {
    next[microBatch] = 1;
    enter(trips[0]!);
  }
  for (let event = engine.next(); event !== undefined; event = engine.next()) {
    events++;
    if (event.kind === "done") done(event.trip, event.rank, event.op);
    else enter(event.trip);
  }
  return { events, endNs: engine.nowNs };
}
