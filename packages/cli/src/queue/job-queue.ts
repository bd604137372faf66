import { failed, isImpossible, type Point, type PointResult, runPoint, type StopSignal } from "@tokenyard/study";
import { Courier, type Ended, type Job } from "./courier.ts";
import { JobSize } from "./job-size.ts";
import { sha256 } from "./keys.ts";
import type { Link } from "./link.ts";
import { LARGEST_BASE, LARGEST_JOB, type SentPoint } from "./payload.ts";
import { type Base, PointPacker } from "./sent-point.ts";

/** Points come one by one, and wait this long for others. */
const GATHER_MS = 5;
/** Workers that a point may crash. */
const CRASHES = 3;
/** Largest size of a point as text, so that many points fit into a job. */
const LARGEST_POINT = LARGEST_JOB / 16;

interface Waiting {
  readonly point: Point;
  readonly sent: SentPoint;
  /** Characters of what is sent. */
  readonly length: number;
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
  readonly #packer = new PointPacker();
  readonly #sent = new Map<Job, { readonly waiting: readonly Waiting[]; giveUp(): void }>();
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly size = new JobSize();
  /** Points that the queue knows of. */
  underWay = 0;
  /** Time that cores of workers took for them. */
  coreMs = 0;

  /** `folder`: where workers may have put rows that are large. */
  constructor(link: Link, folder: string) {
    this.#link = link;
    this.#courier = new Courier(link, folder, (job, ended) => this.#end(job, ended));
  }

  /** Identity of the asking process, as workers know it. */
  get id(): string {
    return this.#courier.id;
  }

  /** The result of `point` from a worker, or of a point that was given up, once `stop` is given. */
  async run(point: Point, stop: StopSignal): Promise<PointResult> {
    try {
      const { sent, base } = this.#packer.pack(point);
      const { length } = JSON.stringify(sent);
      if (base.text.length > LARGEST_BASE || length > LARGEST_POINT) throw new RangeError("too large for a queue");
      return await new Promise((resolve) => this.#push([{ point, sent, length, base, stop, resolve, crashes: CRASHES }]));
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
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const { size } = this;
    const most = size.fair(this.#waiting.length, this.underWay);
    while (this.#waiting.length > 0) {
      const isAlone = this.#waiting[0]!.crashes < CRASHES;
      if (!isAlone && this.#waiting.length < size.points && size.isBusy(this.underWay)) return; // until a job has ended
      const waiting = this.#take(isAlone ? 1 : most);
      if (waiting[0]!.stop.aborted) giveUp(waiting);
      else this.#send(waiting);
    }
  }

  /** The next points of one study and one base, `most` of them at most. */
  #take(most: number): Waiting[] {
    const { stop, base } = this.#waiting[0]!;
    let room = LARGEST_JOB / 2;
    const isOther = (each: Waiting, i: number) => {
      room -= each.length;
      return i > 0 && (i >= most || room < 0 || each.crashes < CRASHES || each.stop !== stop || each.base.hash !== base.hash);
    };
    const other = this.#waiting.findIndex(isOther);
    return this.#waiting.splice(0, other < 0 ? this.#waiting.length : other);
  }

  #send(waiting: readonly Waiting[]): void {
    const { base, crashes, stop } = waiting[0]!;
    const { version } = this.#link.keys;
    const points = waiting.map(({ sent }) => sent);
    const id = `p${sha256(JSON.stringify([version, base.hash, crashes, points]))}`;
    const job: Job = { id, base, payload: { version, base: base.hash, points, asker: this.id, crashes } };
    const giveUp = () => {
      this.#end(job, { kind: "given up" });
      this.#courier.giveUp(job);
    };
    this.#sent.set(job, { waiting, giveUp });
    this.underWay += waiting.length;
    stop.addEventListener("abort", giveUp);
    this.#courier.send(job);
  }

  #end(job: Job, ended: Ended): void {
    const sent = this.#sent.get(job);
    if (sent === undefined) return;
    const { waiting } = sent;
    this.#sent.delete(job);
    waiting[0]!.stop.removeEventListener("abort", sent.giveUp);
    this.underWay -= waiting.length;
    if (ended.kind === "given up") giveUp(waiting);
    else if (ended.kind === "crashed") this.#goAlone(waiting);
    else if (ended.kind === "refused") for (const { point, resolve } of waiting) resolve(failed(point, new Error(ended.reason)));
    else {
      const { rows, coreMs } = ended;
      this.coreMs += coreMs;
      this.size.learn(coreMs / waiting.length);
      for (const [i, { point, resolve }] of waiting.entries()) resolve({ ...rows[i]!, index: point.index, parameters: point.parameters });
    }
    this.#push([]); // those that waited for this job to end
  }

  #goAlone(waiting: readonly Waiting[]): void {
    const [only, ...others] = waiting;
    if (others.length > 0) this.#push(waiting.map((each) => ({ ...each, crashes: CRASHES - 1 })));
    else only!.resolve(failed(only!.point, new Error(`crashed ${CRASHES} workers, and is put aside`)));
  }
}

function giveUp(waiting: readonly Waiting[]): void {
  for (const { point, resolve } of waiting) resolve(failed(point, new Error("given up")));
}
