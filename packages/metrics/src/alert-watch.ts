import { Alarm, type Episode } from "./alarm.ts";
import { Reach } from "./reach.ts";
import { Reading } from "./reading.ts";
import type { Rule, Watch } from "./rule.ts";
import type { Sample, SampleSink } from "./sample.ts";

/** Alerts of each rule that are listed one by one; beyond, they are counted. */
const MOST_LISTED = 1_000;

/** Result of a rule. */
export interface RuleOutcome {
  readonly rule: Rule;
  /** [groups] values of the labels that keep alerts apart */
  readonly labels: readonly (readonly string[])[];
  /** Episodes that fired, in order, followed by those that are pending at the end. */
  readonly episodes: readonly Episode[];
  readonly fired: number;
  /** How often the condition began to hold, in all groups. */
  readonly held: number;
  readonly longestPendingMs: number;
  /** With `above`, any lower bound would have fired; NaN where none would have. */
  readonly reach: number;
}

/** Watches over the samples of a run, and evaluates its rules with each. Memory is that of the times which rules look back on. */
export class AlertWatch implements SampleSink {
  readonly #watch: Watch;
  #rules: RuleWatch[] | undefined;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  take(atMs: number, sample: Sample): void {
    this.#rules ??= this.#watch.rules.map((rule) => new RuleWatch(rule, sample, this.#watch.everyMs));
    for (const rule of this.#rules) rule.take(atMs, sample);
  }

  outcomes(): RuleOutcome[] {
    return (this.#rules ?? []).map((rule) => rule.outcome());
  }
}

class RuleWatch {
  readonly #rule: Rule;
  readonly #reading: Reading;
  readonly #alarm: Alarm;
  readonly #reach: Reach;
  readonly #listed: Episode[] = [];
  #fired = 0;

  constructor(rule: Rule, sample: Sample, everyMs: number) {
    this.#rule = rule;
    this.#reading = new Reading(rule, sample, everyMs);
    const groups = this.#reading.groups.labels.length;
    this.#alarm = new Alarm(rule, groups);
    this.#reach = new Reach(rule, groups, everyMs);
  }

  take(atMs: number, sample: Sample): void {
    const { side, bound, busy } = this.#rule;
    const { values } = this.#reading;
    this.#reading.take();
    const mayHold = !busy || sample.of("inFlight")!.values[0]! > 0;
    this.#reach.take(values, mayHold);
    for (let g = 0; g < values.length; g++) {
      const holds = mayHold && (side === "above" ? values[g]! > bound : values[g]! < bound);
      if (!holds && !this.#alarm.isActive) continue;
      const fires = this.#alarm.evaluate(g, holds, atMs);
      if (fires === undefined) continue;
      this.#fired++;
      if (this.#listed.length < MOST_LISTED) this.#listed.push(fires);
    }
  }

  outcome(): RuleOutcome {
    return {
      rule: this.#rule,
      labels: this.#reading.groups.labels,
      episodes: [...this.#listed, ...this.#alarm.pending().slice(0, MOST_LISTED)],
      fired: this.#fired,
      held: this.#alarm.episodes,
      longestPendingMs: this.#alarm.longestPendingMs,
      reach: this.#reach.value,
    };
  }
}
