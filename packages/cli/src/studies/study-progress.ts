import { grouped } from "../amount.ts";
import type { Channel } from "../channel.ts";
import { harmless } from "../terminal.ts";

const REDRAW_MS = 200;
const PLAIN_MS = 60_000;
/** The rate is that of the last while: stored points come faster than those that run. */
const WINDOW_MS = 20_000;

/** How far a study is. */
export interface StudyState {
  readonly ended: number;
  /** Of points, at most; null when nobody knows yet. */
  readonly most: number | null;
  /** What the best point so far has, as `throughputPerGpu 123 tokens/ms with tensor 2`. */
  readonly best: string | undefined;
}

/** A line that tells how far a study is: redrawn in place for a person, once a minute otherwise. */
export class StudyProgress {
  readonly #channel: Channel;
  readonly #title: string;
  readonly #noun: string;
  readonly #seen: { readonly atMs: number; readonly ended: number }[];
  #toldAtMs: number;
  #drawn = false;

  /** `noun` names what there are several of. */
  constructor(channel: Channel, title: string, nowMs: number, noun = "point") {
    this.#channel = channel;
    this.#title = title;
    this.#noun = noun;
    this.#seen = [{ atMs: nowMs, ended: 0 }];
    this.#toldAtMs = channel.live ? Number.NEGATIVE_INFINITY : nowMs;
  }

  /** Tells `state` when it is time to. */
  show(state: StudyState, nowMs: number): void {
    const { live, columns = 80 } = this.#channel;
    if (nowMs - this.#toldAtMs < (live ? REDRAW_MS : PLAIN_MS)) return;
    this.#toldAtMs = nowMs;
    this.#seen.push({ atMs: nowMs, ended: state.ended });
    while (this.#seen.length > 2 && nowMs - this.#seen[1]!.atMs >= WINDOW_MS) this.#seen.shift();
    const first = this.#seen[0]!;
    const text = harmless(progressText(this.#title, state, ((state.ended - first.ended) / (nowMs - first.atMs)) * 1e3, this.#noun));
    this.#channel.write(live ? `\r\u001b[2K${text.slice(0, columns - 1)}` : `${text}\n`);
    this.#drawn = live;
  }

  clear(): void {
    if (this.#drawn) this.#channel.write("\r\u001b[2K");
    this.#drawn = false;
  }
}

/** `sweep of plan: 120 of 480 points, 41.2 a second, 9 s left, best …`. */
export function progressText(title: string, { ended, most, best }: StudyState, perSecond: number, noun = "point"): string {
  const parts = [`${title}: ${grouped(ended)}${most === null ? "" : ` of ${grouped(most)}`} ${noun}s`];
  if (perSecond > 0) parts.push(`${perSecond.toPrecision(3)} a second`);
  if (perSecond > 0 && most !== null) parts.push(`${durationText((most - ended) / perSecond)} left`);
  if (best !== undefined) parts.push(`best ${best}`);
  return parts.join(", ");
}

/** `9 s`, `12 min`, `3 h 5 min`. */
function durationText(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
