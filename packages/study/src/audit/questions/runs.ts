import type { ReadPieces, Scenario } from "@tokenyard/scenario";
import { type Impossible, isImpossible, type Parameters, type Point } from "../../points/point.ts";
import { pointKey } from "../../points/point-key.ts";
import type { PointResult } from "../../points/point-result.ts";
import { scenarioChanger } from "../../points/scenario-changer.ts";
import type { Runner, RunnerOptions, StopSignal } from "../../runners/runner.ts";

/** The audit was stopped before it was done. */
export class Stopped extends Error {
  constructor() {
    super("the audit was stopped");
    this.name = "Stopped";
  }
}

/** A point with the key of its computation. */
export interface KeyedPoint extends Point {
  readonly key: string;
}

/** The runs of one scenario under changes, each made once, however many claims ask for it. It is a runner itself. */
export class Runs implements Runner {
  private readonly change: (parameters: Parameters) => Scenario | Impossible;
  private readonly runner: Runner;
  private readonly options: RunnerOptions;
  private readonly stop: StopSignal | undefined;
  private readonly points = new Map<string, KeyedPoint>();
  private readonly results = new Map<string, Promise<PointResult>>();
  private ended = 0;

  constructor(scenario: Scenario, runner: Runner, options: RunnerOptions, readPieces?: ReadPieces) {
    this.change = scenarioChanger(scenario, readPieces);
    this.runner = runner;
    this.options = options;
    this.stop = options.signal === undefined ? undefined : relayed(options.signal);
  }

  /** How many were made. */
  get count(): number {
    return this.results.size;
  }

  /** The scenario with `parameters`, or why there is none. */
  scenarioAt(parameters: Parameters): Scenario | Impossible {
    return this.pointAt(parameters).scenario;
  }

  /** Replication `r` (from 0, with seed + r) of the scenario with `parameters`. */
  pointAt(parameters: Parameters, r = 0): KeyedPoint {
    const name = JSON.stringify([r, Object.entries(parameters)]);
    let point = this.points.get(name);
    if (point === undefined) {
      const base = r === 0 ? this.change(parameters) : this.scenarioAt(parameters);
      const scenario = isImpossible(base) ? base : { ...base, seed: base.seed + r };
      const bare = { index: 0, parameters, scenario };
      point = { ...bare, key: pointKey(bare) };
      this.points.set(name, point);
    }
    return point;
  }

  /** Results of `points`; new ones are run together. Throws Stopped. */
  async of(points: readonly KeyedPoint[]): Promise<PointResult[]> {
    const fresh = new Map(points.filter(({ key }) => !this.results.has(key)).map((point) => [point.key, point]));
    this.start([...fresh.values()]);
    return Promise.all(points.map(({ key }) => this.results.get(key)!));
  }

  /** Runs points like any runner, but reuses the results that exist. The points must come from `pointAt`. */
  async *run(points: Iterable<Point> | AsyncIterable<Point>): AsyncGenerator<PointResult> {
    for await (const { index, parameters } of points) {
      const [row] = await this.of([this.pointAt(parameters)]);
      yield { ...row!, index, parameters };
    }
  }

  private start(points: readonly KeyedPoint[]): void {
    const settle = points.map(({ key }) => {
      let done!: { resolve(row: PointResult): void; reject(error: unknown): void };
      const promise = new Promise<PointResult>((resolve, reject) => {
        done = { resolve, reject };
      });
      promise.catch(() => {}); // the caller hears of it; others need not
      this.results.set(key, promise);
      return done;
    });
    this.carryOut(points, settle).catch((error: unknown) => {
      for (const { reject } of settle) reject(error); // settled results stay
    });
  }

  private async carryOut(points: readonly KeyedPoint[], settle: readonly { resolve(row: PointResult): void }[]): Promise<void> {
    if (points.length === 0) return;
    const { onProgress } = this.options;
    let at = 0;
    const numbered = points.map(({ parameters, scenario }, index): Point => ({ index, parameters, scenario }));
    for await (const row of this.runner.run(numbered, this.stop === undefined ? {} : { signal: this.stop })) {
      settle[at++]!.resolve(row);
      this.ended++;
      onProgress?.({ started: this.count, ended: this.ended });
    }
    if (at < points.length) throw new Stopped();
  }
}

/** `signal` for many listeners at once, with a single listener on it: an AbortSignal with many warns of a leak. */
function relayed(signal: StopSignal): StopSignal {
  const listeners = new Set<() => void>();
  signal.addEventListener("abort", () => {
    for (const listener of [...listeners]) listener();
  });
  return {
    get aborted() {
      return signal.aborted;
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
}
