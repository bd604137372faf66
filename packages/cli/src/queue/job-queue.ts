import { failed, isImpossible, type Point, type PointResult, runPoint, type StopSignal } from "@tokenyard/study";
import { Courier, type Ended, type Job } from "./courier.ts";
import { sha256 } from "./keys.ts";
import type { Link } from "./link.ts";
import { LARGEST_BASE, LARGEST_JOB, MOST_POINTS, type ToldPoint } from "./payload.ts";
import { type Base, Teller } from "./told-point.ts";

/** A job costs a few milliseconds on its way; one that takes a thread as long as this hides them. */
const JOB_MS = 150;
/** The server takes about a millisecond for a job: with many threads jobs are longer, so that it is half idle. */
const SERVER_MS = 2;
/** Points come one by one, and wait this long for others. */
const GATHER_MS = 5;
/** Workers that a point may crash. */
const CRASHES = 3;
/** Of a point as text: many go in a job. */
const LARGEST_POINT = LARGEST_JOB / 16;
const LARGEST_SIZE = MOST_POINTS / 4;

interface Waiting {
  readonly point: Point;
  readonly told: ToldPoint;
  readonly base: Base;
  readonly stop: StopSignal;
  readonly resolve: (result: PointResult) => void;
  /** Workers that it may yet crash; fewer once it may have crashed one, and then it goes alone. */
  readonly crashes: number;
}

/**
 * Points on their way to workers anywhere, and their rows on the way back. Small points go many in a job, by the time that those before took.
 * When a worker crashes, each point of its job goes alone, so that only the one that crashes workers again is put aside.
 */
export class JobQueue {
  readonly #link: Link;
  readonly #courier: Courier;
  readonly #teller = new Teller();
  readonly #waitingIn = new Map<Job, readonly Waiting[]>();
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Of a point, as the last jobs had it; unknown before the first has ended. */
  #pointMs = Number.POSITIVE_INFINITY;
  /** Of all workers. */
  threads = 0;
  /** Points that the queue knows of. */
  underWay = 0;
  /** Time that cores of workers took for them. */
  coreMs = 0;

  /** `folder`: where workers may have put rows that are large. */
  constructor(link: Link, folder: string) {
    this.#link = link;
    this.#courier = new Courier(link, folder, (job, ended) => this.#end(job, ended));
  }

  /** Who asks, as workers know it. */
  get id(): string {
    return this.#courier.id;
  }

  /** Points of a job, now. */
  get size(): number {
    const jobMs = Math.max(JOB_MS, SERVER_MS * this.threads);
    return Math.max(1, Math.min(LARGEST_SIZE, Math.round(jobMs / this.#pointMs)));
  }

  /** The result of `point` from a worker; once `stop` is given, that of a point given up. */
  async run(point: Point, stop: StopSignal): Promise<PointResult> {
    try {
      const { told, base } = this.#teller.tell(point);
      if (base.text.length > LARGEST_BASE || JSON.stringify(told).length > LARGEST_POINT) throw new RangeError("too large for a queue");
      return await new Promise((resolve) => this.#push([{ point, told, base, stop, resolve, crashes: CRASHES }]));
    } catch (error) {
      return isImpossible(point.scenario) ? runPoint(point) : failed(point, error);
    }
  }

  /** Gives up all that is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#courier.close();
  }

  #push(some: readonly Waiting[]): void {
    this.#waiting.push(...some);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    while (this.#waiting.length > 0) {
      const waiting = this.#take();
      if (waiting[0]!.stop.aborted) giveUp(waiting);
      else this.#send(waiting);
    }
  }

  /** The next points of one study and one base, as many as make a job. */
  #take(): Waiting[] {
    const { stop, base, crashes } = this.#waiting[0]!;
    const { size } = this;
    const isOther = (each: Waiting, i: number) =>
      i > 0 && (i >= size || crashes < CRASHES || each.crashes < CRASHES || each.stop !== stop || each.base.hash !== base.hash);
    const other = this.#waiting.findIndex(isOther);
    return this.#waiting.splice(0, other < 0 ? this.#waiting.length : other);
  }

  #send(waiting: readonly Waiting[]): void {
    const { base, crashes, stop } = waiting[0]!;
    const { version } = this.#link.keys;
    const points = waiting.map(({ told }) => told);
    const id = `p${sha256(JSON.stringify([version, base.hash, crashes, points]))}`;
    const job: Job = { id, base, payload: { version, base: base.hash, points, asker: this.id, crashes } };
    this.#waitingIn.set(job, waiting);
    this.underWay += waiting.length;
    stop.addEventListener("abort", () => {
      if (!this.#waitingIn.has(job)) return;
      this.#end(job, { kind: "given up" });
      this.#courier.giveUp(job);
    });
    this.#courier.send(job);
  }

  #end(job: Job, ended: Ended): void {
    const waiting = this.#waitingIn.get(job);
    if (waiting === undefined) return;
    this.#waitingIn.delete(job);
    this.underWay -= waiting.length;
    if (ended.kind === "given up") giveUp(waiting);
    else if (ended.kind === "crashed") this.#goAlone(waiting);
    else if (ended.kind === "refused") for (const { point, resolve } of waiting) resolve(failed(point, new Error(ended.reason)));
    else {
      const { rows, coreMs } = ended;
      const pointMs = coreMs / waiting.length;
      this.coreMs += coreMs;
      this.#pointMs = Number.isFinite(this.#pointMs) ? (this.#pointMs + pointMs) / 2 : pointMs;
      for (const [i, { point, resolve }] of waiting.entries()) resolve({ ...rows[i]!, index: point.index, parameters: point.parameters });
    }
  }

  #goAlone(waiting: readonly Waiting[]): void {
    const [only, ...others] = waiting;
    if (others.length > 0) {
      this.#push(waiting.map((each) => ({ ...each, crashes: CRASHES - 1 })));
      return;
    }
    only!.resolve(failed(only!.point, new Error(`crashed ${CRASHES} workers, and is put aside`)));
  }
}

function giveUp(waiting: readonly Waiting[]): void {
  for (const { point, resolve } of waiting) resolve(failed(point, new Error("given up")));
}
