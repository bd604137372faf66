import type { Scenario } from "@tokenyard/scenario";
import { baseOf, failed, type Point, type StopSignal } from "@tokenyard/study";
import type { Piscina } from "piscina";
import { pluginsOf } from "../plugins/thread-plugins.ts";
import type { PointChunk, UnmadePoint } from "./point-chunk.ts";

/** Least duration of a chunk: between two chunks a thread waits, on a busy machine for a millisecond. */
const CHUNK_MS = 50;
const MOST_POINTS = 64;
const TRIES = 2;

/** A point that waits for a thread, with its waiting caller. */
interface Waiting {
  readonly point: Point;
  readonly stop: StopSignal;
  readonly resolve: (row: string) => void;
  /** Threads that have died while they had it. */
  deaths: number;
}

/**
 * Points on their way to threads: small ones go many in a chunk, by the time that the ones before took, slow ones alone. When a thread
 * dies, each point that it had is tried once more, alone, so that only the one that kills again has failed.
 */
export class ChunkQueue {
  readonly #threads: Piscina;
  readonly #workers: number;
  #waiting: Waiting[] = [];
  #underWay = 0;
  /** Milliseconds of a point in recent chunks; Infinity before the first has ended. */
  #pointMs = Number.POSITIVE_INFINITY;
  readonly #numbers = new WeakMap<Scenario, number>();
  #bases = 0;

  /** `workers`: number of threads, each of which has at most one chunk under way. */
  constructor(threads: Piscina, workers: number) {
    this.#threads = threads;
    this.#workers = workers;
  }

  /** The result of `point` from a thread, as JSON; once `stop` is given, that of a point given up. */
  run(point: Point, stop: StopSignal): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push({ point, stop, resolve, deaths: 0 });
      if (this.#waiting.length === 1) queueMicrotask(() => this.#send()); // with those that come in the same moment
    });
  }

  #send(): void {
    while (this.#underWay < this.#workers && this.#waiting.length > 0) {
      const chunk = this.#take();
      this.#underWay++;
      this.#carryOut(chunk).finally(() => {
        this.#underWay--;
        this.#send();
      });
    }
  }

  /** The next points of one study, no more than leave some for the other threads. */
  #take(): Waiting[] {
    const fair = Math.ceil(this.#waiting.length / this.#workers);
    const most = Math.max(1, Math.min(MOST_POINTS, fair, Math.round(CHUNK_MS / this.#pointMs)));
    const { stop, deaths } = this.#waiting[0]!;
    const other = this.#waiting.findIndex((each, i) => i > 0 && (i === most || deaths > 0 || each.deaths > 0 || each.stop !== stop));
    return this.#waiting.splice(0, other < 0 ? this.#waiting.length : other);
  }

  async #carryOut(chunk: readonly Waiting[]): Promise<void> {
    const { stop } = chunk[0]!;
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    stop.addEventListener("abort", giveUp);
    const startMs = performance.now();
    try {
      if (stop.aborted) throw new Error("given up");
      const points = chunk.map(({ point }) => point);
      const rows = await this.#rows(points, abort.signal);
      const pointMs = (performance.now() - startMs) / chunk.length;
      this.#pointMs = Number.isFinite(this.#pointMs) ? (this.#pointMs + pointMs) / 2 : pointMs;
      for (const [i, { resolve }] of chunk.entries()) resolve(rows[i]!);
    } catch (error) {
      const again = chunk.filter((each) => !this.#isOver(each, error));
      this.#waiting.unshift(...again);
    } finally {
      stop.removeEventListener("abort", giveUp);
    }
  }

  async #rows(points: readonly Point[], signal: AbortSignal): Promise<string[]> {
    const bases = new Map<number, Scenario>();
    const sent = points.map((point) => this.#sent(point, bases));
    const plugins = pluginsOf(baseOf(points[0]!) ?? points[0]!.scenario);
    const ask = (known: PointChunk["bases"]): Promise<string | undefined> =>
      this.#threads.run({ points: sent, bases: known, ...(plugins === undefined ? {} : { plugins }) } satisfies PointChunk, { signal });
    const text = (await ask(new Map())) ?? (await ask(bases)); // a thread that is new to the study is sent its bases
    return text!.split("\n");
  }

  /** Message for a thread about `point`; its base is added to `bases`. */
  #sent(point: Point, bases: Map<number, Scenario>): Point | UnmadePoint {
    const base = baseOf(point);
    if (base === undefined) return point;
    const number = this.#numbers.get(base) ?? ++this.#bases;
    this.#numbers.set(base, number);
    bases.set(number, base);
    const { index, parameters } = point;
    return { index, parameters, base: number };
  }

  /** Whether `waiting`, whose thread ended with `error`, is not to be tried again; then its result is given. */
  #isOver(waiting: Waiting, error: unknown): boolean {
    const { point, stop, resolve } = waiting;
    waiting.deaths++;
    if (!stop.aborted && waiting.deaths < TRIES) return false;
    const reason = error instanceof Error ? error.message : String(error);
    resolve(JSON.stringify(failed(point, stop.aborted ? "given up" : `its thread died ${TRIES} times: ${reason}`)));
    return true;
  }
}
