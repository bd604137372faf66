import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type Exported, exportedOf, linesOf, openMetrics, type Sample, type SampleSink } from "@tokenyard/metrics";
import { measured, type Recording } from "@tokenyard/report";
import { formatQuantity, type Scenario } from "@tokenyard/scenario";
import { BadInput } from "../outcomes/bad-input.ts";
import { grouped } from "../terminal/amount.ts";
import { type LocatedProblem, wrongValue } from "../terminal/located-problem.ts";
import { ofOneProblems } from "./destination.ts";
import { goalOf } from "./goal.ts";
import { MetricsSpool } from "./metrics-spool.ts";
import { nameProblems } from "./series-names.ts";
import { written } from "./written.ts";

/** Samples of a file, at most: about a gigabyte. */
const MOST_SAMPLES = 10_000_000;
const PIECE = 1 << 16;
const EVERY_MS = 5_000;

export interface MetricsOptions {
  /** Takes the series of the run as OpenMetrics. */
  readonly metrics?: string;
  readonly metricsEvery?: number;
  /** Names, with * for anything, one after the other. */
  readonly metricsOnly?: string;
}

/** Why the series of `scenarios` scenarios cannot be written to `path`. A name that promises another format would be opened as that. */
export function metricsFileProblems(path: string, scenarios: number): LocatedProblem[] {
  return [
    ...(/\.(csv|parquet|json|html)$/i.test(path) ? [wrongValue("--metrics", "", path, "a name for OpenMetrics text, such as run.om")] : []),
    ...ofOneProblems("--metrics", path, scenarios),
  ];
}

/** How often `scenario` is sampled. */
export function everyMsOf({ alerts }: Pick<Scenario, "alerts">, { metricsEvery }: MetricsOptions): number {
  return alerts === undefined ? (metricsEvery ?? EVERY_MS) : Math.round(alerts.every * 1e3);
}

/** The series of a run in a file that appears when it is whole. Samples are spooled beside it, as OpenMetrics wants one series after the other. */
export class MetricsFile implements SampleSink {
  readonly #path: string;
  readonly #everyMs: number;
  readonly #only: readonly string[];
  /** Expected milliseconds, as far as they are known. */
  readonly #expectedMs: number;
  readonly #goal: string;
  readonly #draft: string;
  #exported: readonly Exported[] = [];
  #lines = 0;
  #spool: MetricsSpool | undefined;

  constructor(path: string, everyMs: number, { metricsOnly }: MetricsOptions, { workload }: Scenario) {
    this.#path = path;
    this.#everyMs = everyMs;
    this.#only = [...new Set(metricsOnly?.split(",").map((name) => name.trim()))];
    const rate = workload.kind === "open" && typeof workload.rate === "number" ? workload.rate : undefined;
    this.#expectedMs = rate === undefined || workload.kind !== "open" ? 0 : ((workload.requests ?? 0) / rate) * 1e3;
    this.#goal = goalOf(path);
    this.#draft = `${this.#goal}.${process.pid}.draft`;
  }

  /** Throws BadInput for more samples than a file may have, as soon as that is known. */
  take(_atMs: number, sample: Sample): void {
    if (this.#spool === undefined) this.#open(sample);
    const spool = this.#spool!;
    if ((spool.count + 1) * this.#lines > MOST_SAMPLES) throw this.#tooMany((spool.count + 1) * this.#everyMs, "more than "); // how long the run would take is not known
    written(this.#path, () => spool.take());
  }

  /** Puts the whole file in its place. */
  finish(): void {
    const spool = this.#spool!;
    written(this.#path, () => {
      spool.flush();
      const file = openSync(this.#draft, "w");
      try {
        let piece = "";
        for (const text of openMetrics(this.#exported, spool)) {
          piece += text;
          if (piece.length < PIECE) continue;
          writeSync(file, piece);
          piece = "";
        }
        writeSync(file, piece);
      } finally {
        closeSync(file);
      }
      renameSync(this.#draft, this.#goal);
    });
  }

  /** Warning for a file with the first sample alone, as the run ended before the next. */
  loneWarning({ horizonNs }: Pick<Recording, "horizonNs">): string | undefined {
    if (this.#spool!.count > 1) return undefined;
    const [end, next] = [horizonNs / 1e9, this.#everyMs / 1e3].map((seconds) => measured(seconds, "s"));
    return `${this.#path}: one sample, at 0 s, before anything happens; the run ended at ${end}, and the next would be at ${next}, by --metrics-every or alerts.every`;
  }

  /** Discards unfinished files. */
  discard(): void {
    this.#spool?.discard();
    rmSync(this.#draft, { force: true });
  }

  #open(sample: Sample): void {
    this.#exported = exportedOf(sample, this.#only);
    const problems = nameProblems(sample, this.#only);
    if (problems.length > 0) throw new BadInput(problems);
    this.#lines = this.#exported.reduce((lines, each) => lines + linesOf(each, sample.of(each.of[0]!)!), 0);
    if (Math.floor(this.#expectedMs / this.#everyMs) * this.#lines > MOST_SAMPLES) throw this.#tooMany(this.#expectedMs, "about ");
    const keys = [...new Set(this.#exported.flatMap(({ of }) => of))];
    this.#spool = written(this.#path, () => new MetricsSpool(`${this.#draft}.samples`, sample, keys, this.#everyMs));
  }

  #tooMany(ms: number, about: "about " | "more than "): BadInput {
    const time = formatQuantity(Number((ms / 1e3).toPrecision(3)), "s");
    const given = `${about}${grouped(Math.floor(ms / this.#everyMs) * this.#lines)} samples: ${grouped(this.#lines)} every ${formatQuantity(this.#everyMs / 1e3, "s")} for ${time}`;
    const fits = formatQuantity(Number((((ms / 1e3) * this.#lines) / MOST_SAMPLES).toPrecision(2)), "s");
    const wanted = `at most ${grouped(MOST_SAMPLES)}: one in ${about === "about " ? `${fits} or more` : `more than ${fits}`} by --metrics-every, or alerts.every where there are alerts; or fewer series by --metrics-only`;
    return new BadInput([wrongValue("--metrics", "", given, wanted)]);
  }
}
