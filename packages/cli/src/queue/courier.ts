import { randomBytes } from "node:crypto";
import type { PointResult } from "@tokenyard/study";
import type { Redis } from "ioredis";
import type { Link } from "./link.ts";
import { type JobPayload, packed } from "./payload.ts";
import { rowsIn } from "./rows.ts";
import type { Base } from "./sent-point.ts";

/** Points that travel together. Named by their computation: a second request for the same gets the same job. */
export interface Job {
  readonly id: string;
  readonly base: Base;
  readonly payload: JobPayload;
}

/** End of a job. */
export type Ended =
  | { readonly kind: "ran"; readonly rows: readonly PointResult[]; readonly coreMs: number }
  /** The job crashed as many workers as allowed. */
  | { readonly kind: "crashed" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "given up" };

/** Reasons of a worker for not running a job. */
export const CRASHED = "crashed workers";
export const UNKNOWN_BASE = "its scenario is not there";

/** A job that nothing was heard of for this long is looked after. */
const LOOK_MS = 2_000;
const BASE_SECONDS = 7 * 24 * 3600;
const ASIDE_SECONDS = 7 * 24 * 3600;
const MOST_ASIDE = 1_000;
const AT_ONCE = 64;
/** Seconds for which failed jobs are kept on the server for inspection. */
const FAILED_SECONDS = 3600;

interface Sent {
  readonly job: Job;
  lookMs: number;
}

/**
 * Sends jobs to the server and fetches their rows. A list on the server holds the jobs that have ended; one that was lost with the server
 * is sent again, so that nothing depends on what the server keeps over a restart.
 */
export class Courier {
  /** Names this one to workers. */
  readonly id = randomBytes(16).toString("hex");
  readonly #link: Link;
  readonly #waits: Redis;
  readonly #folder: string;
  readonly #onEnd: (job: Job, ended: Ended) => void;
  /** Jobs by name; several may share one. */
  readonly #sent = new Map<string, Sent[]>();
  readonly #timer: NodeJS.Timeout;
  readonly #knownBases = new Set<string>();
  #outgoing: Job[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(link: Link, folder: string, onEnd: (job: Job, ended: Ended) => void) {
    this.#link = link;
    this.#folder = folder;
    this.#onEnd = onEnd;
    this.#waits = link.another();
    this.#timer = setInterval(() => this.#later(() => this.#look()), LOOK_MS / 2);
    this.#listen();
  }

  send(job: Job): void {
    const twins = this.#sent.get(job.id) ?? [];
    this.#sent.set(job.id, [...twins, { job, lookMs: performance.now() + LOOK_MS }]);
    this.#outgoing.push(job);
    if (this.#outgoing.length === 1) this.#later(() => this.#sendAll());
  }

  /** Withdraws `job`: if no worker has it yet, none will. */
  giveUp({ id }: Job): void {
    this.#sent.delete(id);
    this.#later(async () => {
      await this.#link.queue.remove(id).catch(() => {}); // a worker has it
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#waits.disconnect();
    if (this.#link.redis.status === "ready") await this.#work;
  }

  /** Does `work` when nothing else is done with the server. */
  #later(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(() => {}); // unfinished work is checked later
  }

  async #sendAll(): Promise<void> {
    const jobs = this.#outgoing;
    this.#outgoing = [];
    const { redis, queue, keys } = this.#link;
    const bases = new Map(jobs.map(({ base }) => [base.hash, base]));
    for (const { hash, text } of bases.values()) {
      if (this.#knownBases.has(hash)) continue;
      await redis.set(keys.base(hash), await packed(text), "EX", BASE_SECONDS);
      this.#knownBases.add(hash);
    }
    const opts = { removeOnComplete: true, removeOnFail: { age: FAILED_SECONDS, count: MOST_ASIDE } };
    await queue.addBulk(jobs.map(({ id, payload }) => ({ name: "points", data: payload, opts: { ...opts, jobId: id } })));
  }

  async #listen(): Promise<void> {
    const list = this.#link.keys.ended(this.id);
    while (!this.#isClosed) {
      try {
        const first = await this.#waits.blpop(list, 5);
        if (first === null) continue;
        const more = (await this.#waits.lpop(list, AT_ONCE)) ?? [];
        this.#later(() => this.#collect([first[1], ...more]));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100)); // the connection is being made again
      }
    }
  }

  /** Takes the rows of jobs that have ended. */
  async #collect(ids: readonly string[]): Promise<void> {
    const wanted = ids.filter((id) => this.#sent.has(id));
    if (wanted.length === 0) return;
    const { redis, keys } = this.#link;
    const found = await Promise.all(wanted.map((id) => redis.getdelBuffer(keys.rows(id))));
    for (const [i, bytes] of found.entries()) {
      const id = wanted[i]!;
      const [first] = this.#sent.get(id) ?? [];
      if (first === undefined) continue;
      if (bytes === null) {
        first.lookMs = 0; // it failed
        continue;
      }
      try {
        this.#end(id, { kind: "ran", ...(await rowsIn(bytes, first.job, this.#folder)) });
      } catch (error) {
        this.#end(id, { kind: "refused", reason: `its rows cannot be read: ${(error as Error).message}` });
      }
    }
  }

  #end(id: string, ended: Ended): void {
    const all = this.#sent.get(id) ?? [];
    this.#sent.delete(id);
    for (const { job } of all) this.#onEnd(job, ended);
  }

  /** Looks after jobs that nothing was heard of: which have ended, which failed, and which the server has lost. */
  async #look(): Promise<void> {
    const now = performance.now();
    const { redis, keys } = this.#link;
    const late = [...this.#sent].filter(([, all]) => all.some(({ lookMs }) => lookMs < now));
    if (late.length === 0) return;
    const found = await Promise.all(
      late.map(([id]) => Promise.all([redis.exists(keys.rows(id)), redis.exists(keys.job(id)), redis.hget(keys.job(id), "failedReason")])),
    );
    const ended: string[] = [];
    for (const [i, [hasRows, isThere, failedReason]] of found.entries()) {
      const [id, all] = late[i]!;
      for (const each of all) each.lookMs = performance.now() + LOOK_MS;
      if (hasRows) ended.push(id);
      else if (!isThere) this.#again(all);
      else if (failedReason !== null && failedReason !== undefined) await this.#failed(all, failedReason);
    }
    await this.#collect(ended);
  }

  /** Sends jobs again that the server no longer has, nor their scenario maybe. */
  #again(all: readonly Sent[]): void {
    for (const { job } of all) this.#knownBases.delete(job.base.hash);
    this.#outgoing.push(all[0]!.job);
    if (this.#outgoing.length === 1) this.#later(() => this.#sendAll());
  }

  async #failed(all: readonly Sent[], reason: string): Promise<void> {
    const { job } = all[0]!;
    await this.#link.queue.remove(job.id).catch(() => {});
    if (reason === UNKNOWN_BASE) this.#again(all);
    else if (reason === CRASHED || /stalled/.test(reason)) {
      if (job.payload.points.length === 1) await this.#putAside(job);
      this.#end(job.id, { kind: "crashed" });
    } else this.#end(job.id, { kind: "refused", reason });
  }

  /** Records a point that crashes workers, for inspection. */
  async #putAside({ id, payload: { base, points } }: Job): Promise<void> {
    const { redis, keys } = this.#link;
    if ((await redis.hlen(keys.aside)) >= MOST_ASIDE) return;
    const { index, parameters } = points[0]!;
    await redis.multi().hset(keys.aside, id, JSON.stringify({ base, index, parameters })).expire(keys.aside, ASIDE_SECONDS).exec();
  }
}
