import type { FamilyKey, SampleSink } from "@tokenyard/metrics";
import type { Scheduler } from "@tokenyard/serving";
import type { Observer } from "../logs/requests/observers.ts";
import type { RequestRow } from "../logs/requests/request-rows.ts";
import type { SpanWindow } from "../logs/span-log.ts";
import type { RunLimit } from "./run-limit.ts";

/** How passes of stages were timed; for tests. */
export interface PassCounts {
  form: number;
  loop: number;
  /** Ops that were launched in the loop one by one. */
  launched: number;
  /** Batches without a form, by the reason: each counts once while its costs are cached. */
  readonly formless: Map<string, number>;
}

/** An instant at which a replica of a pool aborts all that it computes. */
export interface Cut {
  readonly atNs: number;
  /** Number of the pool; 0 where there is one. */
  readonly pool?: number;
  readonly replica: number;
}

/** An observer of requests that is also notified of passes. */
export interface PassObserver extends Observer {
  /** Listener that pool number `pool` calls when a pass of `replica` has ended, after its scheduler has reported. */
  listenTo(pool: number, scheduler: Scheduler): { passed(replica: number, nowNs: number): void };
}

export interface RunOptions {
  /** Keep single spans too. */
  readonly spans?: SpanWindow;
  /** How passes are timed, for tests: by their forms, as when not given, in the loop one by one, or on the stages op by op. All give the same. */
  readonly executor?: "loop" | "form" | "stages";
  /** Counts passes by how they are timed, for tests. */
  readonly counts?: PassCounts;
  /** Instants at which a replica is broken off; it begins its passes again at once, with all that was cached. */
  readonly cuts?: readonly Cut[];
  /**
   * Called for each request when it leaves; for one that is never served, when the recording is made. The row is overwritten by the next.
   */
  onRequest?(row: RequestRow): void;
  /** Sample the run at this interval unless alerts state one, and report the samples to `sinks`: those of `families`, if stated, and those that alerts need. */
  readonly samples?: {
    readonly everyMs: number;
    readonly sinks: readonly SampleSink[];
    readonly families?: readonly FamilyKey[];
    /** Whether the end of the run has a sample of its own for them, of what is left of an interval. */
    readonly rest?: boolean;
  };
  /** Keep the fates of copies by expert. */
  readonly fates?: boolean;
  /** Keep a row for each request, though there may be many. */
  readonly rows?: boolean;
  /** The run is broken off when it passes this. */
  readonly limit?: RunLimit;
  /** Hears of the tokens of each request as they are out; with `executor: "loop"`, as passes in a row are reported when the last has ended. */
  readonly tokens?: PassObserver;
}

/** How far a run has come. */
export interface Progress {
  readonly events: number;
  readonly nowNs: number;
  readonly finished: number;
  /** Number of requests, as far as it is known. */
  readonly requests: number;
}
