import { counted } from "../terminal/amount.ts";

/** What running points took. */
export interface Spent {
  readonly points: number;
  /** Worker processes, or threads of this one. */
  readonly workers: number;
  readonly seconds: number;
  /** Time of all cores that worked on them. */
  readonly coreSeconds: number;
}

/** Measures what is run from now on. */
export class SpentMeter {
  points = 0;
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();

  /** What was taken until now: by this process, or `coreSeconds` by others. */
  spent(coreSeconds: number | undefined, workers: number): Spent {
    const { user, system } = process.cpuUsage(this.#startCpu);
    const seconds = (performance.now() - this.#startMs) / 1e3;
    return { points: this.points, workers, seconds, coreSeconds: coreSeconds ?? (user + system) / 1e6 };
  }
}

/** `12,000 points took 1.25 core hours`. */
export function spentText({ points, coreSeconds }: Spent): string {
  return `${counted(points, "point")} took ${(coreSeconds / 3600).toPrecision(3)} core hours`;
}
