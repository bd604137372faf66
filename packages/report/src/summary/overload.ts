import type { LevelColumns } from "../recording/served.ts";
import type { Warning } from "../schema/report.ts";
import { seconds } from "../text/quantity.ts";

/** A queue that is longer in each quarter of the arrivals than in the one before, by this factor, has no steady state. */
const GROWTH = 1.15;
/** Fewest waiting requests that count as a queue. */
const FEWEST = 10;
/** Share of the time of the arrivals: a queue that lasts longer after the last arrival is not that of a steady load. */
const AFTERWARDS = 0.1;
/** Length of the run over the time of the arrivals beyond which it says little about a steady load. */
const BURST = 2;
/** The factor for a closed loop, whose users send their first requests at once: from their third on the load is steady. */
const LOOP = 1.5;
/** Buckets over the time of the arrivals in which growth can be seen. */
const FEWEST_BUCKETS = 8;

/**
 * Whether the load was more than can be served, or too short to say: the queue grew as long as requests came, or lasts long after the last
 * one; or the house took longer to empty than requests came. A batch, which comes at once, is none of these, and a closed loop, which waits
 * for its answers, never too much. Sessions come as long as they begin; later turns, which wait for answers, may leave a steady queue after
 * that. After an outage a queue may be what that left.
 */
export function overloadWarnings(levels: LevelColumns | undefined, horizonNs: number, hasOutage = false): Warning[] {
  if (levels === undefined) return [];
  const { lastArrivalNs, waitForAnswers } = levels;
  if (lastArrivalNs === 0) return [];
  const ofSessions = waitForAnswers === "turns";
  const growth = waitForAnswers === "all" ? undefined : (growthOf(levels) ?? (ofSessions ? undefined : restOf(levels)));
  if (growth !== undefined) return [overload(growth, ofSessions, hasOutage)];
  if (horizonNs <= (waitForAnswers === "all" ? LOOP : BURST) * lastArrivalNs) return [];
  const [came, went] = [seconds(lastArrivalNs / 1e9), seconds((horizonNs - lastArrivalNs) / 1e9)];
  const comes = `${ofSessions ? "sessions begin" : "requests arrive"} ${lastArrivalNs === 1 ? "at once" : `for ${came}`}`;
  const message = `${comes}, and the last is served ${went} later: this is a burst, and says little about a steady load`;
  return [{ code: "burst", message }];
}

function overload(seen: string, ofSessions: boolean, hasOutage: boolean): Warning {
  const why = hasOutage
    ? "a replica was out meanwhile, and whether the load is too much without that, this run does not say"
    : `${ofSessions ? "sessions begin" : "requests arrive"} faster than they are served, so that latencies grow with the length of the run`;
  return { code: "overload", message: `${seen}: ${why}` };
}

/**
 * Signs of a queue that still grew when the last request arrived, by its mean in the last three quarters of the time of arrivals. A steady
 * queue goes up and down; one with a load over capacity grows in proportion to time, by 5/3 and 7/5 from quarter to quarter.
 */
function growthOf({ bucketNs, waitingNs, lastArrivalNs, waitForAnswers }: LevelColumns): string | undefined {
  const buckets = Math.floor(lastArrivalNs / bucketNs);
  if (buckets < FEWEST_BUCKETS) return undefined;
  const quarter = (q: number) => {
    const from = Math.floor((q * buckets) / 4);
    const to = Math.floor(((q + 1) * buckets) / 4);
    let sum = 0;
    for (let bucket = from; bucket < to; bucket++) sum += waitingNs[bucket]!;
    return sum / ((to - from) * bucketNs);
  };
  const [second, third, fourth] = [quarter(1), quarter(2), quarter(3)];
  if (fourth < FEWEST || fourth < GROWTH * third || third < GROWTH * second) return undefined;
  const [a, b, c] = [second, third, fourth].map(short);
  const last = waitForAnswers === "turns" ? "session begins" : "request arrives";
  return `the queue still grows when the last ${last}: ${a}, ${b} and ${c} wait in the second, third and last quarter of the arrivals`;
}

/** Signs of a queue that lasts. Of a load r times the capacity 1 − 1/r has to wait, and is served in r − 1 times the time of arrivals. */
function restOf({ bucketNs, waitingNs, lastArrivalNs }: LevelColumns): string | undefined {
  const laterNs = AFTERWARDS * lastArrivalNs;
  const waiting = (waitingNs[Math.floor((lastArrivalNs + laterNs) / bucketNs)] ?? 0) / bucketNs;
  if (waiting < FEWEST) return undefined;
  return `requests arrive for ${seconds(lastArrivalNs / 1e9)}, and ${seconds(laterNs / 1e9)} after the last of them ${short(waiting)} still wait`;
}

function short(mean: number): number {
  return mean < 100 ? Math.round(mean * 10) / 10 : Math.round(mean);
}
