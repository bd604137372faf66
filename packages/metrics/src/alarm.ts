import type { Rule } from "./rule.ts";

/** Time in which a condition held: an alert that fired, or is still pending. Times are milliseconds, −1 where there is none. */
export interface Episode {
  /** Number of the group. */
  readonly group: number;
  readonly pendingMs: number;
  firingMs: number;
  resolvedMs: number;
}

const INACTIVE = 0;
const PENDING = 1;
const FIRING = 2;

/**
 * The alerts of a rule, one for each group, evaluated as by Prometheus 2.53: pending when the condition holds; firing at the first
 * evaluation at which it has held for `for`; inactive at the first at which it does not hold, or has not for `keepFiringFor`. Source:
 * docs/alerts.md#states.
 */
export class Alarm {
  readonly #rule: Pick<Rule, "forMs" | "keepMs">;
  readonly #state: Uint8Array;
  readonly #sinceMs: Float64Array;
  readonly #keptSinceMs: Float64Array;
  readonly #open: (Episode | undefined)[];
  /** Episodes of all groups. */
  episodes = 0;
  longestPendingMs = 0;
  #active = 0;

  constructor(rule: Pick<Rule, "forMs" | "keepMs">, groups: number) {
    this.#rule = rule;
    this.#state = new Uint8Array(groups);
    this.#sinceMs = new Float64Array(groups);
    this.#keptSinceMs = new Float64Array(groups).fill(-1);
    this.#open = new Array<Episode | undefined>(groups).fill(undefined);
  }

  /** Whether the alert of `group` fires. */
  fires(group: number): boolean {
    return this.#state[group] === FIRING;
  }

  isPending(group: number): boolean {
    return this.#state[group] === PENDING;
  }

  /** Evaluated at `atMs`, the condition of `group` holds or does not. Returns the alert that fires from now on, if one does; its end will be written into it. */
  evaluate(group: number, holds: boolean, atMs: number): Episode | undefined {
    const { forMs, keepMs } = this.#rule;
    if (!holds) {
      if (this.#state[group] !== INACTIVE) this.#lapse(group, atMs, keepMs);
      return undefined;
    }
    this.#keptSinceMs[group] = -1;
    if (this.#state[group] === INACTIVE) {
      this.#state[group] = PENDING;
      this.#sinceMs[group] = atMs;
      this.episodes++;
      this.#active++;
    }
    if (this.#state[group] === FIRING) return undefined;
    const pendingMs = this.#sinceMs[group]!;
    this.longestPendingMs = Math.max(this.longestPendingMs, atMs - pendingMs);
    if (atMs - pendingMs < forMs) return undefined;
    this.#state[group] = FIRING;
    const episode: Episode = { group, pendingMs, firingMs: atMs, resolvedMs: -1 };
    this.#open[group] = episode;
    return episode;
  }

  /** Episodes that are still pending. */
  pending(): Episode[] {
    return [...this.#state.keys()].flatMap((group) =>
      this.#state[group] === PENDING ? [{ group, pendingMs: this.#sinceMs[group]!, firingMs: -1, resolvedMs: -1 }] : [],
    );
  }

  /** Whether any is pending or fires. */
  get isActive(): boolean {
    return this.#active > 0;
  }

  #lapse(group: number, atMs: number, keepMs: number): void {
    if (this.#state[group] === FIRING && keepMs > 0) {
      if (this.#keptSinceMs[group]! < 0) this.#keptSinceMs[group] = atMs;
      if (atMs - this.#keptSinceMs[group]! < keepMs) return;
    }
    const episode = this.#open[group];
    if (episode !== undefined) episode.resolvedMs = atMs;
    this.#open[group] = undefined;
    this.#state[group] = INACTIVE;
    this.#keptSinceMs[group] = -1;
    this.#active--;
  }
}
