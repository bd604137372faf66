import type { Recording, Report } from "@tokenyard/report";
import type { Setup } from "@tokenyard/simulator";

/** The laws that every run must keep, whatever its scenario; those that `report` and `recording` break, as sentences. */
export function brokenLaws(setup: Setup, recording: Recording, report: Report): string[] {
  const broken: string[] = [];
  const law = (kept: boolean, sentence: string) => {
    if (!kept) broken.push(sentence);
  };
  const { requests, tokens, breakdown, ttftSeconds, tpotSeconds, utilization } = report;
  law(requests.arrived === setup.requests.count, `${requests.arrived} of ${setup.requests.count} requests arrived`);
  law(requests.finished + requests.rejected + requests.failed === requests.arrived, `requests are lost: ${JSON.stringify(requests)}`);
  law(tokens.kept + tokens.dropped === tokens.routed, `copies are lost: ${JSON.stringify(tokens)}`);
  law(tokens.prompt === sum(setup.requests.promptTokens), `${tokens.prompt} prompt tokens were computed`);
  law(tokens.output === sum(setup.requests.outputTokens), `${tokens.output} output tokens came out`);
  law(isWhole(breakdown.ttft, ttftSeconds?.mean), `the breakdown of TTFT is not its mean: ${JSON.stringify(breakdown.ttft)}`);
  law(isWhole(breakdown.tpot, tpotSeconds?.mean), `the breakdown of TPOT is not its mean: ${JSON.stringify(breakdown.tpot)}`);
  for (const [phase, time] of Object.entries(report.time)) {
    if (time === null) continue;
    const shares = [...Object.values(time.compute), ...Object.values(time.network), time.waiting, time.idle, time.lost];
    law(Math.abs(sum(shares) - 1) <= 1e-9, `the shares of time in ${phase} add up to ${sum(shares)}`);
  }
  for (const [name, share] of Object.entries(utilization))
    if (typeof share === "number") law(share >= 0 && share <= 1 + 1e-9, `utilization of ${name} is ${share}`);
  broken.push(...unaccounted(recording));
  broken.push(...notNumbers(report, "report"));
  return broken;
}

/** Ranks and lanes whose times do not add up to the horizon; the first is enough. */
function unaccounted(recording: Recording): string[] {
  const { ranks, opKinds, busyNs, waitingNs, idleNs, lostNs, downNs, horizonNs } = recording;
  for (let rank = 0; rank < ranks; rank++) {
    for (const lane of [0, 1]) {
      let ns = downNs[rank * 2 + lane]!;
      for (const phase of [0, 1]) {
        const side = (rank * 2 + phase) * 2 + lane;
        ns += waitingNs[side]! + idleNs[side]! + lostNs[side]!;
        for (const [kind, op] of opKinds.entries())
          if ((op.lane === "compute" ? 0 : 1) === lane) ns += busyNs[(rank * 2 + phase) * opKinds.length + kind]!;
      }
      if (ns !== horizonNs) return [`rank ${rank} lane ${lane} accounts for ${ns} of ${horizonNs} ns`];
    }
  }
  return [];
}

/** Places in `tree` where a number is none. */
function notNumbers(tree: unknown, path: string): string[] {
  if (typeof tree === "number") return Number.isFinite(tree) ? [] : [`${path} is ${tree}`];
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => notNumbers(value, `${path}.${key}`));
}

/** The parts add up to the mean; there are none where there is no mean. */
function isWhole(parts: Readonly<Record<string, number>> | null, mean: number | undefined): boolean {
  if (parts === null || mean === undefined) return parts === null && mean === undefined;
  return Math.abs(sum(Object.values(parts)) - mean) <= 1e-9 * Math.max(1e-9, mean);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
