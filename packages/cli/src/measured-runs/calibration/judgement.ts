import type { Report } from "@tokenyard/report";
import { clientFaults } from "../client-faults.ts";
import { doubtsOf } from "../compared-run.ts";
import type { MeasuredRequest, MeasuredRun } from "../run/measured-run.ts";

/** Objections to a measured run: it is left out for `faults`; `doubts` are printed. */
export interface Judgement {
  readonly faults: readonly string[];
  readonly doubts: readonly string[];
}

/** Fewest finished requests from which a mean is used. */
const FEWEST_REQUESTS = 10;
/** Share of lost requests above which a run is left out: the others saw a less loaded server. */
const MOST_FAILED = 0.05;
/** Share of the offered requests a second, or requests in flight, below which the server did not keep up. */
const KEPT_UP = 0.9;
/** First tokens of the last third over those of the first, where a queue grows. */
const GROWN = 2;
/** Share of the simulated time to compute a prompt: a shorter TTFT means that the prompt was cached. */
const CACHED = 0.5;
/** Gaps between tokens of the first tenth over those of the others, where kernels are still compiled. */
const COLD = 1.5;
/** Requests from which thirds and tenths are compared. */
const ENOUGH = 30;

/** Objections to `run`, which `report` simulates. */
export function judgementOf(run: MeasuredRun, report: Report): Judgement {
  const faults = [...countFaults(run), ...rateFaults(run), ...clientFaults(run), ...promptFaults(run, report)];
  return { faults, doubts: [...doubtsOf(run), ...coldDoubts(run)].filter((doubt) => !faults.includes(doubt)) };
}

function countFaults({ requests }: MeasuredRun): string[] {
  const [finished, failed] = [requests?.finished, requests?.failed ?? 0];
  if (finished === undefined) return [];
  const share = failed / Math.max(1, finished + failed);
  return [
    ...(finished < FEWEST_REQUESTS ? [`too few requests: ${finished}, wanted ${FEWEST_REQUESTS} or more`] : []),
    ...(share > MOST_FAILED ? [`${failed} of ${finished + failed} requests failed`] : []),
  ];
}

/** Faults of a rate that was not served, or of users that were not kept busy. */
function rateFaults(run: MeasuredRun): string[] {
  const { load, throughput, e2eSeconds } = run;
  const served = throughput.requestsPerSecond;
  if (load === null || served === null) return [];
  if (load.kind === "closed") {
    const mean = e2eSeconds?.mean ?? null;
    if (mean === null || (run.requests?.finished ?? 0) < ENOUGH) return [];
    const inFlight = served * mean;
    const isBusy = inFlight >= KEPT_UP * rampUp(run) * load.concurrency;
    return isBusy ? [] : [`bound by its client: ${inFlight.toPrecision(3)} requests in flight, of ${load.concurrency} users`];
  }
  if (load.kind === "replay" || load.kind === "scenario")
    return grows(run.each) === true ? ["still queueing at its end: first tokens take ever longer"] : [];
  const isQueueing = grows(run.each) ?? served < KEPT_UP * load.requestsPerSecond;
  return isQueueing ? [`still queueing at its end: ${served.toPrecision(3)} of ${load.requestsPerSecond} requests/s served`] : [];
}

/** The share of users in flight that a run of few rounds leaves in the mean, as its last round ends by and by. */
function rampUp({ requests, load }: MeasuredRun): number {
  const users = load?.kind === "closed" ? load.concurrency : 1;
  const rounds = (requests?.finished ?? 0) / users;
  return rounds <= 1 ? 0 : 1 - 1 / rounds;
}

/** Whether first tokens take ever longer; undefined where requests are not known one by one. */
function grows(each: readonly MeasuredRequest[] | null): boolean | undefined {
  const times = ordered(each).flatMap(({ ttftSeconds }) => ttftSeconds ?? []);
  if (times.length < ENOUGH) return undefined;
  const third = Math.floor(times.length / 3);
  return median(times.slice(-third)) > GROWN * median(times.slice(0, third)) && median(times.slice(-third)) > 1;
}

function promptFaults({ ttftSeconds }: MeasuredRun, { prefillSeconds }: Report): string[] {
  const [measured, computed] = [ttftSeconds?.mean, prefillSeconds?.p50];
  if (measured == null || computed == null || measured >= CACHED * computed) return [];
  const ms = (seconds: number) => `${Number((seconds * 1e3).toPrecision(3))} ms`;
  return [`prompts not random, as it seems: a mean TTFT of ${ms(measured)}, where computing one takes ${ms(computed)}`];
}

function coldDoubts({ each }: MeasuredRun): string[] {
  const gaps = ordered(each).flatMap(({ ttftSeconds, e2eSeconds, outputTokens }) =>
    ttftSeconds === null || e2eSeconds === null || outputTokens < 2 ? [] : [(e2eSeconds - ttftSeconds) / (outputTokens - 1)],
  );
  if (gaps.length < ENOUGH) return [];
  const tenth = Math.floor(gaps.length / 10);
  const ratio = median(gaps.slice(0, tenth)) / median(gaps.slice(tenth));
  return ratio > COLD ? [`cold at its begin: a token of the first ${tenth} requests took ${ratio.toFixed(1)} times as long`] : [];
}

/** Answered requests in the order in which they were sent. */
function ordered(each: readonly MeasuredRequest[] | null): MeasuredRequest[] {
  const answered = (each ?? []).filter(({ failed, sentSeconds }) => !failed && sentSeconds !== null);
  return answered.sort((a, b) => a.sentSeconds! - b.sentSeconds!);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
