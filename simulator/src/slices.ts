/** A run that its caller advances, as `start` returns it. */
export interface Advancing {
  /** Handles at most `maxEvents` events; true when there is more to do. */
  advance(maxEvents: number): boolean;
}

/** How an edge cuts a run into slices; the cuts change nothing in the run. */
export interface SliceOptions {
  /** The clock of the edge, in milliseconds. */
  nowMs(): number;
  /** Lets the edge handle pending work. An exception ends the run. */
  pause(): Promise<void>;
  /** Called before each pause. */
  between?(nowMs: number): void;
  /** How long a slice should take; 50 when not given. */
  readonly sliceMs?: number;
}

/** Events of the first slice: one may represent many passes, each of which draws the experts of all layers. */
const FIRST_EVENTS = 16;
const MOST_EVENTS = 1 << 30;

/** Advances `run` to its end in slices of about `sliceMs`: one that takes longer is halved, one that takes less than half of it doubled. */
export async function inSlices(run: Advancing, { nowMs, pause, between = () => {}, sliceMs = 50 }: SliceOptions): Promise<void> {
  let maxEvents = FIRST_EVENTS;
  for (let startMs = nowMs(); run.advance(maxEvents); startMs = nowMs()) {
    const endMs = nowMs();
    if (endMs - startMs > sliceMs) maxEvents = Math.max(1, maxEvents >> 1);
    else if (endMs - startMs < sliceMs / 2) maxEvents = Math.min(MOST_EVENTS, maxEvents * 2);
    between(endMs);
    await pause();
  }
}
