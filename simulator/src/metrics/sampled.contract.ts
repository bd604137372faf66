import type { FamilyKey, Sample, SampleSink } from "@tokenyard/metrics";
import type { Scenario } from "@tokenyard/scenario";
import type { RunOptions } from "../options/run-options.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

/** Keeps every sample. */
export class KeptSeries implements SampleSink {
  readonly samples: ReadonlyMap<FamilyKey, readonly number[]>[] = [];
  readonly atMs: number[] = [];

  take(atMs: number, sample: Sample): void {
    this.atMs.push(atMs);
    this.samples.push(new Map(sample.all().map(({ family, values }) => [family.key, [...values]])));
  }
}

/** The run, sampled in `parts` equal steps of `horizonNs`, of its own time if that is not known, and at its end. */
export function sampled(
  scenario: Scenario,
  parts: number,
  options: RunOptions = {},
  horizonNs = run(prepare(scenario), options).horizonNs,
) {
  const kept = new KeptSeries();
  const samples = { everyMs: Math.max(1, Math.floor(horizonNs / parts)) / 1e6, sinks: [kept] };
  return { kept, recording: run(prepare(scenario), { ...options, samples }), horizonNs };
}
