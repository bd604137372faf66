import { HARMLESS_LOSS, type Report } from "@tokenyard/report";
import { faultKindOf, lossPolicyOf } from "@tokenyard/resilience";
import { counted, type DatedFaultSpec, grouped, type Scenario } from "@tokenyard/scenario";
import { amount } from "../claims/amount-text.ts";
import { EMPTY } from "../claims/configuration.ts";
import type { Judgement } from "./judgement.ts";

/** A run that a fault has struck. */
export interface Struck {
  readonly scenario: Scenario;
  readonly faults: NonNullable<Report["faults"]>;
  readonly requests: Report["requests"];
  readonly warnings: Report["warnings"];
}

/** Detour of tokens around the experts that a loss leaves on no GPU. */
type Elsewhere = NonNullable<Struck["faults"]["events"][number]["elsewhere"]>;

/** Everything that was hit serves again in time. */
export function recovers(struck: Struck, within: number): Judgement {
  const { longestOutageSeconds: outage } = struck.faults;
  if (isForever(struck)) return { verdict: "fails", because: `${knownText(struck)}, and what was struck serves no more.` };
  if (outage === 0) return { verdict: "holds", because: `${EMPTY}the fault stops nothing.` };
  return {
    verdict: outage! <= within ? "holds" : "fails",
    because: `${knownText(struck)}, and all serves again ${amount(outage!, "s")} after the fault.`,
  };
}

/** The rest goes on without what is lost, and tokens use the experts that are left. */
export function degrades(struck: Struck): Judgement {
  const { scenario, faults, requests } = struck;
  if (isForever(struck)) return { verdict: "fails", because: `${knownText(struck)}, and no replica goes on without what was lost.` };
  const waited =
    faults.events.some(({ kind }) => faultKindOf({ kind: kind as DatedFaultSpec["kind"] }).symptom.isGone) && !shrinks(scenario);
  if (waited)
    return {
      verdict: "fails",
      because: `${knownText(struck)}, and the replica waits for its GPUs, or starts again: it does not go on with what is left.`,
    };
  const missing = sum(faults.events.map(({ expertsMissing }) => expertsMissing));
  const toll = `${counted(requests.failed, "request")} of ${grouped(requests.arrived)} failed`;
  const after = `${knownText(struck)}, and all that is left serves again ${amount(faults.longestOutageSeconds!, "s")} after the fault; ${toll}`;
  if (missing === 0) return { verdict: "holds", because: `${after}, and no expert is missing.` };
  const { layers, experts } = scenario.model;
  const share = missing / (layers * experts!.count);
  const masked = sum(faults.events.map(({ degradedTokens }) => degradedTokens));
  const around = faults.events.flatMap(({ elsewhere }) => elsewhere ?? []);
  const tooMany = share <= HARMLESS_LOSS ? [] : ["only up to 1/32 was measured as harmless"];
  const unmeasured = [
    ...(experts!.topK === 1 ? ["what that does to answers of a gate with one expert a token has not been measured"] : []),
    ...(around.length === 0 ? tooMany : warned(struck, around)),
  ];
  const fate = around.length === 0 ? `${grouped(masked)} copies went without` : detour(around, masked);
  const left = `${after}, and ${counted(missing, "pair")} of layer and expert, ${amount(share, "%")}, ${missing === 1 ? "is" : "are"} missing (${fate})`;
  if (unmeasured.length === 0) return { verdict: "holds", because: `${left}.` };
  return { verdict: "undecided", because: `${left}: ${unmeasured.join(", and ")}.` };
}

/** Text on copies that went to other experts, and on the lost share of the gate's probability, a proxy of the loss of quality. Each loss includes those before it. */
function detour(around: readonly Elsewhere[], masked: number): string {
  const copies = sum(around.map((each) => each.copies));
  const lost = Math.max(...around.map(({ gateShare }) => gateShare));
  const without = masked === 0 ? "" : ` and ${grouped(masked)} to none`;
  return `${grouped(copies)} copies went to their next choice${without}, and ${amount(lost, "%")} of the gate's probability is lost`;
}

/** The report's warning of tokens that are routed around too many experts, where it has one. */
function warned({ warnings }: Struck, around: readonly Elsewhere[]): string[] {
  if (!warnings.some(({ code }) => code === "experts-routed-around")) return [];
  const { mostMissing, experts } = around.reduce((worst, each) => (each.mostMissing > worst.mostMissing ? each : worst));
  return [
    `the report warns that a layer is without ${grouped(mostMissing)} of ${grouped(experts)} experts, as only up to 1/32 was measured as harmless`,
  ];
}

/** Judges whether no computed state is lost: no cache, which is all the state that serving changes. */
export function keepsState(struck: Struck): Judgement {
  const { faults, requests } = struck;
  const bytes = sum(faults.events.map(({ kvBytesLost }) => kvBytesLost));
  const again = sum(faults.events.map(({ tokensRecomputed }) => tokensRecomputed));
  const weights = "Weights do not change while they are served, so a checkpoint of the model is what they are loaded from";
  if (bytes === 0 && again === 0 && requests.failed === 0)
    return { verdict: "holds", because: `${weights}; of the cache nothing is lost.` };
  const fate =
    requests.failed > 0
      ? `${counted(requests.failed, "request")} failed`
      : `${counted(again, "token")} ${again === 1 ? "is" : "are"} computed again`;
  return {
    verdict: "fails",
    because: `${weights}; what changes is the cache, of which ${amount(bytes, "B")} are lost with the fault: ${fate}.`,
  };
}

/** A fault that is over soon costs no request. */
export function ridesOut(struck: Struck): Judgement {
  const { faults, requests } = struck;
  const { longestOutageSeconds: outage } = faults;
  const lost = requests.failed + requests.rejected;
  if (outage === 0 && lost === 0) return { verdict: "holds", because: `${EMPTY}the fault stops nothing, so no request is lost.` };
  const lasts = isForever(struck) ? "what was struck serves no more" : `all serves again ${amount(outage!, "s")} after the fault`;
  const toll =
    lost === 0
      ? "no request is lost"
      : `${counted(requests.failed, "request")} of ${grouped(requests.arrived)} failed and ${grouped(requests.rejected)} were refused`;
  return { verdict: lost === 0 && !isForever(struck) ? "holds" : "fails", because: `${knownText(struck)}: ${lasts}, and ${toll}.` };
}

function shrinks({ health }: Scenario): boolean {
  return health !== undefined && lossPolicyOf(health.onLoss).continues;
}

function isForever({ faults }: Struck): boolean {
  return (
    faults.endless !== undefined ||
    faults.events.some(({ outageSeconds, resumedAtSeconds }) => outageSeconds !== null && resumedAtSeconds === null)
  );
}

function knownText({ faults: { events } }: Struck): string {
  const seen = events.filter(({ detectedAtSeconds }) => detectedAtSeconds !== null);
  if (seen.length === 0) return "No detector sees the fault";
  const [{ atSeconds, detectedAtSeconds, detectedBy }] = seen as [(typeof seen)[number]];
  return `The ${detectedBy} sees the fault after ${amount(detectedAtSeconds! - atSeconds, "s")}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
