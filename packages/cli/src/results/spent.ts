import { counted } from "../terminal/amount.ts";

/** Cost of running points. */
export interface Spent {
  readonly points: number;
  /** Worker processes, or threads of this one. */
  readonly workers: number;
  readonly seconds: number;
  /** Time of all cores that worked on them. */
  readonly coreSeconds: number;
}

/** Measures the cost from its creation on. */
export class SpentMeter {
  points = 0;
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();

  /** Cost until now: of this process, or `coreSeconds` of others. */
  spent(coreSeconds: number | undefined, workers: number): Spent {
    const { user, system } = process.cpuUsage(this.#startCpu);
    const seconds = (performance.now() - this.#startMs) / 1e3;
    return { points: this.points, workers, seconds, coreSeconds: coreSeconds ?? (user + system) / 1e6 };
  }
}

/** Text such as `12,000 points took 1.25 core hours`. */
export function spentText({ points, coreSeconds }: Spent): string {
  return `${counted(points, "point")} took ${(coreSeconds / 3600).toPrecision(3)} core hours`;
}
