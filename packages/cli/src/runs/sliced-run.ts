import type { SampleSink } from "@tokenyard/metrics";
import type { Recording } from "@tokenyard/report";
import { type Problem, Problems } from "@tokenyard/scenario";
import { inSlices, type RequestRow, type Setup, type SpanWindow, TooManySpans } from "@tokenyard/simulator";
import { BadInput } from "../outcomes/bad-input.ts";
import { Fault } from "../outcomes/fault.ts";
import { type Interrupt, Interrupted, outsideEvents } from "../outcomes/interrupt.ts";
import { processMs } from "../outcomes/process-ms.ts";
import { grouped } from "../terminal/amount.ts";
import { wrongValue } from "../terminal/located-problem.ts";
import type { ProgressLine } from "../terminal/progress.ts";
import type { Run, Simulation } from "./simulation.ts";

/** A setup to run, with the facts for a fault. */
export interface RunOrder {
  readonly simulation: Simulation;
  readonly setup: Setup;
  readonly spans?: SpanWindow;
  /** Option that the spans are for. */
  readonly spansOption?: string;
  /** Called with each request as it leaves. */
  readonly onRequest?: (row: RequestRow) => void;
  /** Whether the fates of copies are kept by expert. */
  readonly fates?: boolean;
  /** Called with each sample. */
  readonly samples?: { readonly everyMs: number; readonly sinks: readonly SampleSink[] };
  readonly facts: Readonly<Record<string, string | number>>;
  /** The places of problems that the run finds. */
  readonly refused: (problems: readonly Problem[]) => BadInput;
}

/**
 * Runs a setup to its end, in slices between which the process handles Ctrl-C and draws the progress. The slices change nothing in the run.
 * Throws Interrupted, BadInput for problems that only the run could show, or Fault with the event and its time.
 */
export async function slicedRun(
  { simulation, setup, spans, spansOption = "--spans", onRequest, fates, samples, facts, refused }: RunOrder,
  interrupt: Interrupt,
  line: ProgressLine,
): Promise<Recording> {
  const run = simulation.start(setup, {
    ...(spans === undefined ? {} : { spans }),
    ...(onRequest === undefined ? {} : { onRequest }),
    ...(fates === undefined ? {} : { fates }),
    ...(samples === undefined ? {} : { samples }),
  });
  try {
    await interruptibly(run, interrupt.signal, (nowMs) => line.show(run.progress(), nowMs));
    return run.recording();
  } catch (error) {
    if (error instanceof Interrupted || error instanceof BadInput) throw error;
    if (error instanceof Problems) throw refused(error.problems);
    if (error instanceof TooManySpans) throw tooManySpans(error, spansOption);
    const { events, nowNs } = run.progress();
    throw new Fault(error, { ...facts, events, timeNs: nowNs });
  } finally {
    line.clear();
  }
}

/** Runs `run` to its end in slices, between which the process can handle signals; calls `between` after each. Throws Interrupted when `signal` is aborted. */
export function interruptibly(run: Run, signal: { readonly aborted: boolean }, between: (nowMs: number) => void = () => {}): Promise<void> {
  const pause = async () => {
    await outsideEvents();
    if (signal.aborted) throw new Interrupted();
  };
  return inSlices(run, { nowMs: processMs, pause, between });
}

function tooManySpans({ most }: TooManySpans, option: string): BadInput {
  return new BadInput([wrongValue(option, "", `more than ${grouped(most)} spans`, "fewer: a narrower --from, --to or --ranks")]);
}
