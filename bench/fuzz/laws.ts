import { type Recording, type Report, reportSchema } from "@tokenyard/report";
import type { RequestRow, Setup } from "@tokenyard/simulator";

/** The laws that every run must keep, whatever its scenario; those that `report`, `recording` and the rows of its requests break, as sentences. */
export function brokenLaws(setup: Setup, rows: readonly RequestRow[], recording: Recording, report: Report): string[] {
  const broken: string[] = [];
  const law = (kept: boolean, sentence: string) => {
    if (!kept) broken.push(sentence);
  };
  const { horizonSeconds, requests, tokens, breakdown, ttftSeconds, tpotSeconds, utilization } = report;
  const { total } = setup.source;
  law(requests.arrived === rows.length, `${requests.arrived} requests arrived and ${rows.length} left`);
  const inFlight = report.faults?.inFlight ?? 0; // others may wait for their answers
  law(total === undefined || requests.arrived === total || inFlight > 0, `${requests.arrived} of ${total} requests arrived`);
  const ended = (status: RequestRow["status"]) => rows.filter((row) => row.status === status).length;
  const fates = [ended("finished"), ended("rejected"), ended("failed") + ended("unfinished")];
  const areAllThere = `${fates}` === `${[requests.finished, requests.rejected, requests.failed]}`;
  law(areAllThere && (report.faults === undefined || ended("unfinished") === inFlight), `requests are lost: ${JSON.stringify(requests)}`);
  law(
    tokens.kept + (tokens.rerouted ?? 0) + tokens.dropped + (tokens.masked ?? 0) === tokens.routed,
    `copies are lost: ${JSON.stringify(tokens)}`,
  );
  const finished = rows.filter(({ status }) => status === "finished");
  const started = rows.filter(({ firstTokenNs }) => !Number.isNaN(firstTokenNs));
  law(tokens.prompt === sum(started.map((row) => row.promptTokens)), `${tokens.prompt} prompt tokens were computed`);
  const cutShort = started.filter(({ status }) => status !== "finished").length;
  law(tokens.output === sum(finished.map((row) => row.outputTokens)) + cutShort, `${tokens.output} output tokens came out`);
  broken.push(...disordered(rows), ...lostInClasses(report));
  law(
    isWhole(breakdown.ttft, answeredMean(ttftSeconds, finished, ttftOf), horizonSeconds),
    `the breakdown of TTFT is not its mean: ${JSON.stringify(breakdown.ttft)}`,
  );
  law(
    isWhole(breakdown.tpot, answeredMean(tpotSeconds, finished, tpotOf), horizonSeconds),
    `the breakdown of TPOT is not its mean: ${JSON.stringify(breakdown.tpot)}`,
  );
  for (const [phase, time] of Object.entries(report.time)) {
    if (time === null) continue;
    for (const [lane, shares] of Object.entries(time)) {
      const whole = sum(Object.values(shares));
      law(whole === 0 || Math.abs(whole - 1) <= 1e-9, `the shares of time of the ${lane} lanes in ${phase} add up to ${whole}`);
    }
  }
  for (const [name, share] of Object.entries(utilization))
    if (typeof share === "number") law(share >= 0 && share <= 1 + 1e-9, `utilization of ${name} is ${share}`);
  broken.push(...unaccounted(recording));
  broken.push(...unlikeSchema(report));
  return broken;
}

/** Requests whose times are not in order; the first is enough. */
function disordered(rows: readonly RequestRow[]): string[] {
  const odd = rows.find(({ status, arrivedNs, startedNs, firstTokenNs, finishedNs, outputTokens }) => {
    if (status !== "finished") return !Number.isNaN(finishedNs);
    return !(arrivedNs <= startedNs && startedNs <= firstTokenNs && firstTokenNs <= finishedNs && outputTokens > 0);
  });
  return odd === undefined ? [] : [`request ${odd.request} has times out of order: ${JSON.stringify(odd)}`];
}

/** The classes together are the whole. */
function lostInClasses({ classes, requests }: Report): string[] {
  if (classes === null) return [];
  const arrived = sum(classes.map((each) => each.requests.arrived));
  return arrived === requests.arrived ? [] : [`${arrived} of ${requests.arrived} requests are in a class`];
}

/** First rank and lane whose times do not add up to the horizon. */
function unaccounted(recording: Recording): string[] {
  const { ranks, opKinds, busyNs, waitingNs, idleNs, lostNs, downNs, horizonNs } = recording;
  for (let rank = 0; rank < ranks; rank++) {
    for (const lane of [0, 1]) {
      let ns = 0;
      for (const phase of [0, 1]) {
        const side = (rank * 2 + phase) * 2 + lane;
        ns += waitingNs[side]! + idleNs[side]! + lostNs[side]! + (downNs?.[side] ?? 0);
        for (const [kind, op] of opKinds.entries())
          if ((op.lane === "compute" ? 0 : 1) === lane) ns += busyNs[(rank * 2 + phase) * opKinds.length + kind]!;
      }
      if (ns !== horizonNs) return [`rank ${rank} lane ${lane} accounts for ${ns} of ${horizonNs} ns`];
    }
  }
  return [];
}

const schema = await reportSchema();

/** Differences between a report and its schema; keys in another order are reported as a whole. */
function unlikeSchema(report: Report): string[] {
  const { data, error } = schema.safeParse(report);
  if (error !== undefined) return error.issues.map(({ path, message }) => `report.${path.join(".")}: ${message}`);
  return JSON.stringify(data) === JSON.stringify(report) ? [] : ["the keys of the report are in another order than in its schema"];
}

/** The mean that a breakdown explains: that of the report, or of the answered requests where others are never answered. Undefined without any. */
function answeredMean(
  latency: Report["ttftSeconds"],
  finished: readonly RequestRow[],
  secondsOf: (row: RequestRow) => number | undefined,
): number | undefined {
  if (latency === null || latency.mean !== null) return latency?.mean ?? undefined;
  const answered = finished.filter(({ counts }) => counts).flatMap((row) => secondsOf(row) ?? []);
  return answered.length === 0 ? undefined : sum(answered) / answered.length;
}

function ttftOf({ arrivedNs, firstTokenNs }: RequestRow): number {
  return (firstTokenNs - arrivedNs) / 1e9;
}

function tpotOf({ firstTokenNs, finishedNs, outputTokens }: RequestRow): number | undefined {
  return outputTokens < 2 ? undefined : (finishedNs - firstTokenNs) / (outputTokens - 1) / 1e9;
}

/**
 * The parts add up to the mean; there are none where there is no mean. Parts are differences of sums that go back to the start of the run, each
 * rounded at that scale.
 */
function isWhole(parts: Readonly<Record<string, number>> | null, mean: number | undefined, horizonSeconds: number): boolean {
  if (parts === null || mean === undefined) return parts === null && mean === undefined;
  return Math.abs(sum(Object.values(parts)) - mean) <= 1e-9 * Math.max(1e-9, mean) + 1e-15 * horizonSeconds;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
