import { nsFromSeconds } from "@tokenyard/engine";
import { drawTimeNs, Streams } from "@tokenyard/random";
import type { CommunicationSpec } from "@tokenyard/scenario";
import { collectiveFate } from "../collective-fate.ts";
import { lossPolicyOf } from "../loss-policy.ts";
import { sightOf } from "../sight.ts";
import { type Cost, FROM_NS, YEAR_HOURS } from "./cost.ts";
import { type FailureRate, failureOf } from "./failure.ts";
import type { Fleet } from "./fleet.ts";
import type { Reactions } from "./reactions.ts";

/** Times of links that are drawn, for a mean. */
const TIMES = 1024;
const NOTHING = { shrinks: false, seconds: 0, lostGroups: 0 };

/**
 * Fate of a replica that needs a link which is down for a time; `known`: until a detector knows, null: none does before it goes on after
 * `atSeconds`.
 */
interface Fate {
  readonly downSeconds: number;
  readonly atSeconds: number;
  readonly known: number | null;
}

/**
 * Mean cost of links that go down by `rate`, an entry of the scenario's faults: waits of collectives, and the consequences if they give up,
 * or a detector reacts.
 */
export function linkCost(fleet: Fleet, reactions: Reactions, { cause, count, hours, repairNs, drawn }: FailureRate, missed: number): Cost {
  const { plan, scenario, needLinks } = fleet;
  const of = drawn!.of;
  const cycles = "cycles" in of ? of.cycles : 1;
  const perYear = (needLinks.size / hours) * YEAR_HOURS * cycles * (count / plan.ranks);
  if (perYear === 0) return { cause, perYear, detect: null, outage: 0, waits: 0, lacking: 0, shrunk: 0 };
  const fates = fatesOf(fleet, "cycles" in of ? of.down : { kind: "fixed", value: repairNs * 1e-9 }, drawn!.entry);
  const onLoss = scenario.health!.onLoss;
  const { reacts } = lossPolicyOf(onLoss);
  const rejoin = "rejoin" in onLoss ? onLoss.rejoin : undefined;
  const all = fates.length * needLinks.size;
  const known = fates.filter((fate) => fate.known !== null);
  let [outage, lacking, shrunk] = [0, 0, 0];
  let isForever = false;
  for (const rank of needLinks) {
    const { shrinks, seconds, lostGroups } = reacts ? reactions.of({ ranks: [rank], slots: [], slotRanks: [] }) : NOTHING;
    for (const { downSeconds, atSeconds, known: seen } of fates) {
      if (seen === null || !reacts) {
        outage += atSeconds / all;
        continue;
      }
      const left = Math.max(0, downSeconds - seen);
      outage += (seen + (shrinks ? 0 : missed * left) + seconds) / all;
      if (!shrinks) continue;
      if (rejoin === undefined) isForever = true;
      const less = Math.max(0, downSeconds + (rejoin ?? 0) - seen - seconds);
      lacking += less / all;
      shrunk += (less * lostGroups) / plan.dataGroups / all;
    }
  }
  const detect = known.length === 0 ? null : known.reduce((sum, fate) => sum + fate.known!, 0) / known.length;
  return { cause, perYear, detect, outage: Number.isFinite(outage) ? outage : null, waits: 0, lacking, shrunk: isForever ? null : shrunk };
}

function fatesOf({ scenario, plan, detection }: Fleet, down: Parameters<typeof drawTimeNs>[0], entry: number): Fate[] {
  const { communication, health } = scenario;
  const streams = new Streams(scenario.seed, `availability/formula/faults/${entry}/`);
  const downNs = drawTimeNs(down, streams.stream("down"));
  const waits = streams.stream("back-off");
  const isAlike = down.kind === "fixed" && (communication!.retries === 0 || communication!.backoff.jitter === 0);
  return Array.from({ length: isAlike ? 1 : TIMES }, () => fateOf(communication!, health!, downNs(), () => waits.next()));

  function fateOf(spec: CommunicationSpec, watching: NonNullable<typeof health>, lastsNs: number, chance: () => number): Fate {
    const downSeconds = lastsNs * 1e-9;
    if (lastsNs <= nsFromSeconds(spec.giveUp)) return { downSeconds, atSeconds: downSeconds, known: null };
    const { atNs, gaveUp } = collectiveFate(spec, 0, lastsNs, chance);
    const fault = failureOf("link", 0, FROM_NS, lastsNs, plan);
    const sight = sightOf(watching, detection, { of: fault, replica: 0, ranks: fault.ranks, atNs: FROM_NS, trafficNs: FROM_NS });
    const seenNs = sight === undefined ? Number.POSITIVE_INFINITY : sight.atNs - FROM_NS;
    const reportedNs = gaveUp && spec.fallback === "fail" ? atNs : Number.POSITIVE_INFINITY;
    const knownNs = Math.min(seenNs, reportedNs);
    const endNs = gaveUp ? Number.POSITIVE_INFINITY : atNs;
    return { downSeconds, atSeconds: endNs * 1e-9, known: knownNs < endNs ? knownNs * 1e-9 : null };
  }
}
