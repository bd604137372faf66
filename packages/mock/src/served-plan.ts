import type { SampleSink } from "@tokenyard/metrics";
import type { Scenario } from "@tokenyard/scenario";
import { type KeptListener, type LiveEnding, type LiveRequest, LiveRun } from "@tokenyard/simulator";
import type { Clock } from "./clock.ts";
import { Lag } from "./lag.ts";

/** Events that are handled before sockets have their turn again: few, as each may write, and a client that reads is not to be taken for one that does not. */
const MOST_EVENTS = 256;
/** Waits at most so long, as nothing may happen for days. */
const LONGEST_WAIT_MS = 60_000;

/** Source of listeners for blocks that the plan's caches keep. */
export interface BlockListener {
  listenerOf(replica: number, group: number): KeptListener;
  ended(request: number): void;
  /** All up to now has happened. */
  advanced(): void;
}

/** Hears of one request. */
export interface AnswerListener {
  /** Tokens from number `first` on are out. */
  tokens(first: number, count: number): void;
  ended(ending: LiveEnding): void;
}

export interface ServedPlanOptions {
  readonly clock: Clock;
  /** Simulated seconds that go by in one of the clock's. */
  readonly speed: number;
  readonly replica?: number | undefined;
  readonly samples: { readonly everyMs: number; readonly sinks: readonly SampleSink[]; readonly families: SampleFamilies };
  readonly blocks?: BlockListener | undefined;
  /** The simulation cannot go on. */
  failed(error: unknown): void;
}

type SampleFamilies = NonNullable<NonNullable<ConstructorParameters<typeof LiveRun>[2]>["samples"]>["families"] & object;

/** A plan that is simulated as the clock goes: requests arrive at the instant that it is, and their tokens are reported when it is theirs. */
export class ServedPlan {
  readonly lag = new Lag();
  readonly run: LiveRun;
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #startMs: number;
  readonly #failed: (error: unknown) => void;
  readonly #blocks: BlockListener | undefined;
  readonly #listeners = new Map<number, AnswerListener>();
  #lastNs = 0;
  /** What is awaited, and when. */
  #wakesMs = Number.POSITIVE_INFINITY;
  #sleep: (() => void) | undefined;
  #isBehind = false;
  #isClosed = false;

  /** Throws Problems for a plan that cannot be served so. */
  constructor(scenario: Scenario, { clock, speed, replica, samples, blocks, failed }: ServedPlanOptions) {
    this.run = new LiveRun(
      scenario,
      {
        tokens: (request, first, count, atNs) => this.#tokens(request, first, count, atNs),
        ended: (request, ending) => this.#ended(request, ending),
      },
      { samples, replica, keptListener: blocks && ((at, group) => blocks.listenerOf(at, group)) },
    );
    this.#blocks = blocks;
    this.#clock = clock;
    this.#speed = speed;
    this.#startMs = clock.nowMs();
    this.#failed = failed;
    this.#await();
  }

  /** Nanoseconds that the simulation is to have come to. */
  get nowNs(): number {
    return Math.round((this.#clock.nowMs() - this.#startMs) * 1e6 * this.#speed);
  }

  /** Requests that are in. */
  get inFlight(): number {
    return this.#listeners.size;
  }

  /** A request arrives now. Returns its number. */
  arrive(request: Omit<LiveRequest, "arrivedNs">, listener: AnswerListener): number {
    const number = this.run.arrive({ ...request, arrivedNs: this.#later() });
    this.#listeners.set(number, listener);
    this.#await();
    return number;
  }

  /** The client of request `number` has gone: its tokens are not reported any more. */
  leave(number: number): void {
    if (!this.#listeners.delete(number) || this.#isClosed) return;
    this.run.leave(number, this.#later());
    this.#await();
  }

  /** Handles the events that are due by now, a limited number at a time. */
  catchUp(): void {
    if (this.#isClosed) return;
    try {
      this.#isBehind = !this.run.advanceTo(this.nowNs, MOST_EVENTS);
      this.#blocks?.advanced();
    } catch (error) {
      this.close();
      this.#failed(error);
    }
  }

  /** Nothing happens any more. */
  close(): void {
    this.#isClosed = true;
    this.#sleep?.();
  }

  /** Later than all that has happened, and not before what has arrived. */
  #later(): number {
    this.#lastNs = Math.max(this.nowNs, this.run.nowNs + 1, this.#lastNs);
    return this.#lastNs;
  }

  #await(): void {
    if (this.#isClosed) return;
    const nextMs = this.#startMs + this.run.nextNs / 1e6 / this.#speed;
    const wakesMs = this.#isBehind ? this.#clock.nowMs() : Math.min(nextMs, this.#clock.nowMs() + LONGEST_WAIT_MS);
    if (this.#sleep !== undefined && wakesMs >= this.#wakesMs) return;
    this.#sleep?.();
    this.#wakesMs = wakesMs;
    this.#sleep = this.#clock.at(wakesMs, () => {
      this.#sleep = undefined;
      this.catchUp();
      this.#await();
    });
  }

  #tokens(request: number, first: number, count: number, atNs: number): void {
    const listener = this.#listeners.get(request);
    if (listener === undefined) return;
    listener.tokens(first, count);
    this.lag.add(this.#clock.nowMs() - this.#startMs - atNs / 1e6 / this.#speed, count);
  }

  #ended(request: number, ending: LiveEnding): void {
    const listener = this.#listeners.get(request);
    this.#listeners.delete(request);
    this.#blocks?.ended(request);
    listener?.ended(ending);
  }
}
