import { hostname } from "node:os";
import { join } from "node:path";
import { type PolicyWords, Problems } from "@tokenyard/scenario";
import { failed, type Point, type PointResult, runPoint } from "@tokenyard/study";
import type { Job as BullJob } from "bullmq";
import { piecesWithin } from "../scenarios/files-beside.ts";
import { type ThreadRunner, workerRunner } from "../workers/worker-runner.ts";
import type { QueueAddress } from "./address.ts";
import { loaded, type OnLink, refused } from "./connection.ts";
import { CRASHED, UNKNOWN_BASE } from "./courier.ts";
import { PREFIX, sha256 } from "./keys.ts";
import { type Link, openLink } from "./link.ts";
import { jobSchema, LARGEST_BASE, LARGEST_JOB, type SentPoint, unpacked } from "./payload.ts";
import { REPORT_MS, Registry, studySchema, type WorkerEntry, workerSchema } from "./registry.ts";
import { rowsOut } from "./rows.ts";
import { KnownBase } from "./sent-point.ts";

export interface QueueWorkerOptions {
  readonly address: QueueAddress;
  readonly threads: number;
  /** Folder of the files that scenarios name; nothing outside it is read. */
  readonly folder: string;
  /** The folder of the cache; undefined: there is none. */
  readonly cache?: string | undefined;
  /** Whether clients have the folder too, so that large rows may be files in it. */
  readonly isShared: boolean;
  readonly leaseMs?: number; // a worker that is not heard of for so long has died, and another one gets its jobs
  readonly version?: string;
  /** The plug-ins that it was started with; points of others are refused. */
  readonly plugins?: PolicyWords | undefined;
  /** The thread's file, built JavaScript. */
  readonly file?: string | URL;
  readonly onLink?: OnLink;
  onWarning?(message: string): void; // why it cannot run studies that wait
}

/** A process that runs points of the queue until it is closed. */
export interface QueueWorker {
  entry(): WorkerEntry;
  /** Milliseconds since it last had something to do. */
  idleMs(): number;
  /** Ends when the jobs under way have. */
  close(): Promise<void>;
}

const LEASE_MS = 15_000;
const ROWS_SECONDS = 3600;
/** Wait before reconnecting to a lost server. */
const RETRY_MS = 500;
const MOST_BASES = 64;
/** A job that has begun is ended. */
const NEVER = new AbortController().signal;
/** Beyond these BullMQ itself gives a job up; the worker that gets it decides before. */
const MOST_STALLS = 100;

/** Starts to take jobs. Throws BadInput where the queue cannot be used, or has studies of other versions of tokenyard only. */
export async function startWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  const { address, threads, leaseMs = LEASE_MS, onLink } = options;
  const link = await openLink(address, options.version, onLink);
  const studies = new Registry(link.redis, "study", studySchema);
  const workers = new Registry(link.redis, "worker", workerSchema);
  const others = async () => {
    const all = await studies.all();
    return all.some(({ version }) => version === link.keys.version) ? [] : [...new Set(all.map(({ version }) => version))];
  };
  const [other] = await others();
  if (other !== undefined) {
    await link.close();
    throw refused(address, otherVersion(other, link.keys.version));
  }
  const pool = workerRunner({
    workers: threads,
    scenarioFile: join(options.folder, "scenario"),
    isBounded: true,
    cache: options.cache,
    ...(options.file && { file: options.file }),
  });
  const desk = new Desk(link, pool, options);
  const { Worker } = await loaded(() => import("bullmq"), address);
  const worker = new Worker(link.keys.queue, (job) => desk.run(job), {
    connection: link.redis,
    prefix: PREFIX,
    concurrency: threads + 1, // one waits
    lockDuration: leaseMs,
    stalledInterval: leaseMs / 2,
    maxStalledCount: MOST_STALLS,
    runRetryDelay: RETRY_MS,
  });
  worker.on("error", () => {}); // reported by the connection, or the job went to another worker meanwhile
  worker.on("failed", (job) => void (job && desk.report(job).catch(() => {})));
  const id = `${hostname()}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const entry = () => desk.entry(id, threads);
  const warned = new Set<string>();
  const beat = async () => {
    await workers.write(entry());
    const [late] = await others();
    if (late !== undefined && !warned.has(late)) options.onWarning?.(otherVersion(late, link.keys.version));
    if (late !== undefined) warned.add(late);
  };
  await beat();
  const timer = setInterval(() => beat().catch(() => {}), REPORT_MS);
  return {
    entry,
    idleMs: () => desk.idleMs(),
    async close() {
      clearInterval(timer);
      if (link.redis.status === "ready") {
        await worker.close();
        await workers.forget(id).catch(() => {});
      }
      await pool.close();
      await link.close();
    },
  };
}

function otherVersion(theirs: string, ours: string): string {
  return `has studies of tokenyard ${theirs}, and this worker is ${ours}; wanted a worker of the same version`;
}

/** Executes jobs. */
class Desk {
  readonly #link: Link;
  readonly #pool: ThreadRunner;
  readonly #options: QueueWorkerOptions;
  readonly #bases = new Map<string, Promise<KnownBase>>();
  readonly #startMs = performance.now();
  #cpuMs = cpuMs();
  #lastMs = performance.now();
  #coreMs = 0;
  readonly #counts = { busy: 0, jobs: 0, points: 0, failed: 0 };

  constructor(link: Link, pool: ThreadRunner, options: QueueWorkerOptions) {
    this.#link = link;
    this.#pool = pool;
    this.#options = options;
  }

  entry(id: string, threads: number): WorkerEntry {
    const seconds = (performance.now() - this.#startMs) / 1e3;
    const { version } = this.#link.keys;
    return { id, version, host: hostname(), pid: process.pid, threads, ...this.#counts, coreSeconds: this.#coreMs / 1e3, seconds };
  }

  idleMs(): number {
    return this.#counts.busy > 0 ? 0 : performance.now() - this.#lastMs;
  }

  async run(job: BullJob): Promise<void> {
    this.#counts.busy++;
    try {
      await this.#run(job);
    } finally {
      this.#counts.busy--;
      this.#lastMs = performance.now();
    }
  }

  /** Reports to the client that `job` failed. */
  async report({ id, data }: BullJob): Promise<void> {
    const parsed = jobSchema.safeParse(data);
    if (parsed.success) await this.#ended(id!, parsed.data.asker);
  }

  /** Reports to the client that a job has ended, with its rows if it has any, in one call. */
  async #ended(id: string, asker: string, rows?: Buffer): Promise<void> {
    const { keys, redis } = this.#link;
    const all = redis.multi();
    if (rows !== undefined) all.set(keys.rows(id), rows, "EX", ROWS_SECONDS);
    await all.rpush(keys.ended(asker), id).expire(keys.ended(asker), ROWS_SECONDS).exec();
  }

  async #run(job: BullJob): Promise<void> {
    const { keys, redis } = this.#link;
    if (JSON.stringify(job.data).length > LARGEST_JOB) throw new Error(`is larger than ${LARGEST_JOB / 1024 / 1024} MiB`);
    const { version, base: hash, points, crashes, asker } = jobSchema.parse(job.data);
    if (version !== keys.version) throw new Error(otherVersion(version, keys.version));
    if (job.stalledCounter >= (points.length > 1 ? 1 : crashes)) throw new Error(CRASHED);
    const isThere = job.stalledCounter > 0 && (await redis.exists(keys.rows(job.id!))) > 0; // of a worker that was only slow
    if (isThere) await this.#ended(job.id!, asker);
    else {
      const rows = await this.#rows(await this.#base(hash), points);
      const text = `{"coreMs":${this.#coresTook()},"rows":[${rows.join(",")}]}`;
      const folder = this.#options.isShared ? this.#options.folder : undefined;
      await this.#ended(job.id!, asker, await rowsOut(text, job.id!, folder));
      this.#counts.points += rows.length;
      this.#counts.failed += rows.filter(hasFailed).length;
    }
    this.#counts.jobs++;
  }

  /** The rows of the points, each as JSON. */
  #rows(base: KnownBase | Problems | TypeError, sent: readonly SentPoint[]): Promise<string[]> {
    const row = async (each: SentPoint): Promise<string> => {
      try {
        if (base instanceof Error) throw base;
        return await this.#pool.line(base.point(each), NEVER);
      } catch (error) {
        const problems = error instanceof Problems ? error.problems : [];
        const point: Point = { index: each.index, parameters: each.parameters, scenario: { problems } };
        return JSON.stringify(problems.length > 0 ? await runPoint(point) : failed(point, error));
      }
    };
    return Promise.all(sent.map(row));
  }

  /** The scenario of that hash; it is fetched once. */
  async #base(hash: string): Promise<KnownBase | Problems | TypeError> {
    let base = this.#bases.get(hash);
    if (base === undefined) {
      base = this.#fetched(hash);
      this.#bases.set(hash, base);
      const [oldest] = this.#bases.keys();
      if (this.#bases.size > MOST_BASES) this.#bases.delete(oldest!);
    }
    try {
      return await base;
    } catch (error) {
      this.#bases.delete(hash);
      if (error instanceof TypeError || error instanceof Problems) return error;
      throw error;
    }
  }

  async #fetched(hash: string): Promise<KnownBase> {
    const bytes = await this.#link.redis.getBuffer(this.#link.keys.base(hash));
    if (bytes === null) throw new Error(UNKNOWN_BASE);
    const text = await unpacked(bytes, LARGEST_BASE);
    if (sha256(text) !== hash) throw new Error("its scenario is not the one that its hash names");
    return new KnownBase(text, piecesWithin(this.#options.folder), this.#options.plugins);
  }

  /** CPU milliseconds of this process since the last call. */
  #coresTook(): number {
    const now = cpuMs();
    const took = now - this.#cpuMs;
    this.#cpuMs = now;
    this.#coreMs += took;
    return Math.max(0, Math.round(took * 1e3) / 1e3);
  }
}

function hasFailed(row: string): boolean {
  return row.includes('"status":"failed"') && (JSON.parse(row) as PointResult).status === "failed";
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}
