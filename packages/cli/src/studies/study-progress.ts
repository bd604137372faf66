import type { PointsUnderWay } from "../runs/in-flight-points.ts";
import { grouped, rateText } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { durationText } from "../terminal/duration-text.ts";
import { harmless } from "../terminal/terminal.ts";

const REDRAW_MS = 200;
const PLAIN_MS = 60_000;
/** Part of the time, up to now, over which the rate is measured: a shorter one would jump with each slow point, and stored points are faster at first. */
const WINDOW = 3 / 4;
/** Shortest window. */
const LEAST_WINDOW_MS = 20_000;
/** The end that is shown moves to the one that the rate foretells in about this share of the time so far, and no less than this. */
const SETTLING = 1 / 8;
const LEAST_SETTLING_MS = 5_000;

/** Points that come faster than this, a second, are not listed one by one. */
const SLOW = 1;

/** How far a study is. */
export interface StudyState {
  readonly ended: number;
  /** Most points; null while unknown. */
  readonly most: number | null;
  /** Whether far fewer may be enough, as where a search may prove plans away, or leave them out. */
  readonly isBound?: boolean;
  /** Progress of points that have not ended. */
  readonly underWay?: PointsUnderWay | undefined;
  /** The workers, where their number changes, such as `3 workers, 24 threads`. */
  readonly workforce?: string | undefined;
  /** Values of the best point so far, such as `throughputPerGpu 123 tokens/ms with tensor 2`. */
  readonly best: string | undefined;
  /** Work under way, such as `claim 12 of 41: ttft`. */
  readonly doing?: string | undefined;
  /** Estimate of the rest, if it does not follow from points. */
  readonly leftSeconds?: number | undefined;
}

/** A line that shows how far a study is: redrawn in place for a person, once a minute otherwise. */
export class StudyProgress {
  readonly #channel: Channel;
  readonly #title: string;
  readonly #noun: string;
  readonly #startMs: number;
  readonly #seen: { readonly atMs: number; readonly ended: number }[];
  #shownAtMs: number;
  #endMs: number | undefined;
  #drawn = false;

  /** `noun` is the counted thing. */
  constructor(channel: Channel, title: string, nowMs: number, noun = "point") {
    this.#channel = channel;
    this.#title = title;
    this.#noun = noun;
    this.#startMs = nowMs;
    this.#seen = [{ atMs: nowMs, ended: 0 }];
    this.#shownAtMs = channel.live ? Number.NEGATIVE_INFINITY : nowMs;
  }

  /** Shows `state` when it is time to. */
  show(state: StudyState, nowMs: number): void {
    const { live, columns = 80 } = this.#channel;
    if (nowMs - this.#shownAtMs < (live ? REDRAW_MS : PLAIN_MS)) return;
    const sinceMs = nowMs - this.#shownAtMs;
    this.#shownAtMs = nowMs;
    const done = state.ended + (state.underWay?.worth ?? 0);
    this.#seen.push({ atMs: nowMs, ended: done });
    const windowMs = Math.max(LEAST_WINDOW_MS, (nowMs - this.#startMs) * WINDOW);
    while (this.#seen.length > 2 && nowMs - this.#seen[1]!.atMs >= windowMs) this.#seen.shift();
    const first = this.#seen[0]!;
    const perSecond = (Math.max(0, done - first.ended) / (nowMs - first.atMs)) * 1e3;
    const left = state.most === null || perSecond === 0 ? undefined : this.#settled((state.most - done) / perSecond, nowMs, sinceMs);
    const text = harmless(progressText(this.#title, state, perSecond, left, this.#noun));
    this.#channel.write(live ? `\r\u001b[2K${text.slice(0, columns - 1)}` : `${text}\n`);
    this.#drawn = live;
  }

  /** Seconds left, on the way from those that were shown before to those that the rate foretells. */
  #settled(secondsLeft: number, nowMs: number, sinceMs: number): number {
    const foretoldMs = nowMs + secondsLeft * 1e3;
    const settlingMs = Math.max(LEAST_SETTLING_MS, (nowMs - this.#startMs) * SETTLING);
    this.#endMs ??= foretoldMs;
    this.#endMs += (foretoldMs - this.#endMs) * Math.min(1, sinceMs / settlingMs);
    return Math.max(0, this.#endMs - nowMs) / 1e3;
  }

  clear(): void {
    if (this.#drawn) this.#channel.write("\r\u001b[2K");
    this.#drawn = false;
  }
}

/** Text such as `sweep of plan: 120 of 480 points, 41.2 a second, 9 s left, best …`. */
export function progressText(
  title: string,
  { ended, most, isBound = false, underWay, workforce, best, doing, leftSeconds }: StudyState,
  perSecond: number,
  secondsLeft?: number,
  noun = "point",
): string {
  const atMost = isBound ? "at most " : "";
  const parts = [`${title}: ${grouped(ended)}${most === null ? "" : ` of ${atMost}${grouped(most)}`} ${noun}s`];
  if (underWay !== undefined && underWay.points > 0 && perSecond < SLOW)
    parts.push(`${underWay.points} under way at ${Math.floor((100 * underWay.worth) / underWay.points)} %`);
  if (perSecond > 0) parts.push(`${rateText(perSecond)} a second`);
  if (workforce !== undefined) parts.push(workforce);
  if (secondsLeft !== undefined) parts.push(`${atMost}${durationText(secondsLeft)} left`);
  if (doing !== undefined) parts.push(doing);
  if (leftSeconds !== undefined) parts.push(`about ${durationText(leftSeconds)} left`);
  if (best !== undefined) parts.push(`best ${best}`);
  return parts.join(", ");
}
