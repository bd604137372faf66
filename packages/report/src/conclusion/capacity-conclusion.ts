import { counted, metricOf } from "@tokenyard/scenario";
import { brief, measured } from "../text/quantity.ts";
import { metricWords } from "./metric-words.ts";
import { exponentOf, type StudyConclusion } from "./study-conclusion.ts";

/** Load whose size is varied. */
export type LoadOf = "requests" | "sessions" | "users" | "trace" | "sequences";

/** Part of a capacity search that a conclusion needs. */
export interface ConcludedCapacity {
  readonly of: LoadOf;
  /** The scenario's own load. */
  readonly own: number;
  readonly requirements: readonly string[];
  /** The highest load that was found to hold, and the lowest above it that fails. */
  readonly capacity: number | null;
  readonly fails: number | null;
  /** By the intervals of fresh seeds; null where none were asked. */
  readonly holdsTo: number | null;
  readonly failsFrom: number | null;
  readonly stopped: boolean;
  readonly trials: readonly { readonly value: number; readonly holds: boolean; readonly breaches?: readonly { readonly kind: string }[] }[];
  /** Broken requirements at `fails`. */
  readonly breaches: readonly {
    readonly kind: string;
    readonly what: string;
    readonly found: Readonly<Record<string, number | string | boolean | null>>;
  }[];
}

/** Whether a load of this kind is a whole number. */
export function isCounted(of: LoadOf): of is "users" | "sequences" {
  return of === "users" || of === "sequences";
}

/** `16 requests/s`, `4 sessions/s`, `3 users`, `256 sequences`, `1.5 × the trace's speed`. */
export function loadText(value: number, of: LoadOf): string {
  if (isCounted(of)) return counted(value, of.slice(0, -1));
  return of === "trace" ? `${value} × the trace's speed` : `${value} ${value === 1 ? of.slice(0, -1) : of}/s`;
}

/** Whether the scenario's own load holds, the largest load that holds, and what breaks first beyond. */
export function capacityConclusion(found: ConcludedCapacity): StudyConclusion {
  const { own, of, requirements, fails, breaches, stopped } = found;
  const verdict = verdictOf(found);
  const [what, why] = requirements.length === 0 ? ["the load", "the queue grows"] : ["the targets hold", ""];
  const ownText = loadText(own, of);
  const opening = {
    met: requirements.length === 0 ? `Met: ${what} of ${ownText} is served` : `Met: ${what} at the scenario's own ${ownText}`,
    missed: `Missed: ${requirements.length === 0 ? why : "the targets do not hold"} at the scenario's own ${ownText}`,
    "not-enough-evidence": `Not enough evidence for the scenario's own ${ownText}`,
  }[verdict];
  const sentences = [
    `${opening}; ${reachText(found)}.`,
    ...(fails === null ? [] : breaches.slice(0, 1).map((breach) => breachSentence(breach, loadText(fails, of)))),
    ...(stopped ? ["The search was ended early."] : []),
  ];
  return { verdict, sentences };
}

function verdictOf({
  own,
  capacity,
  fails,
  holdsTo,
  failsFrom,
  stopped,
  trials,
  breaches,
}: ConcludedCapacity): "met" | "missed" | "not-enough-evidence" {
  if (!stopped && (holdsTo !== null || failsFrom !== null)) {
    if (holdsTo !== null && own <= holdsTo) return "met";
    return failsFrom !== null && own >= failsFrom ? "missed" : "not-enough-evidence";
  }
  const tried = trials.find(({ value }) => value === own);
  if (tried !== undefined) return tried.holds ? "met" : isShort(tried.breaches ?? []) ? "not-enough-evidence" : "missed";
  if (capacity !== null && own <= capacity) return "met";
  return fails !== null && own >= fails && !isShort(breaches) ? "missed" : "not-enough-evidence";
}

/** Whether a load does not hold for one reason alone: its runs are too short to say. */
export function isShort(breaches: readonly { readonly kind: string }[]): boolean {
  return breaches.length > 0 && breaches.every(({ kind }) => kind === "burst");
}

/** Phrase on how far loads hold. */
function reachText({ of, capacity, fails, holdsTo, failsFrom, stopped, breaches }: ConcludedCapacity): string {
  const isBounded = !stopped && (holdsTo !== null || failsFrom !== null);
  const [to, from] = isBounded ? [holdsTo, failsFrom] : [capacity, isShort(breaches) ? null : fails];
  const text = (value: number, round: (value: number) => number) => loadText(isCounted(of) ? value : inDigits(value, round), of);
  if (to === null) return from === null ? "nothing was tried" : "no load that was tried surely holds";
  const holds = `loads hold to ${text(to, Math.floor)}`;
  if (from !== null) return `${holds} and fail from ${text(from, Math.ceil)}`;
  return fails === null ? `${holds}, the highest that was tried` : `${holds}, and where they surely fail these runs do not say`;
}

/** Three digits, rounded so that the claim is not stronger than the result. */
export function inDigits(value: number, round: (value: number) => number): number {
  if (value === 0) return 0;
  const unit = Number(`1e${exponentOf(value) - 2}`);
  return Number((round(Number((value / unit).toPrecision(12))) * unit).toPrecision(3));
}

function breachSentence({ kind, what, found }: ConcludedCapacity["breaches"][number], at: string): string {
  if (kind === "burst") return `At ${at} the runs are too short to say, and more may hold: ${what}.`;
  if (kind !== "requirement") return `At ${at}: ${what}.`;
  const values = Object.entries(found).map(([name, value]) => {
    const shown = typeof value === "number" ? brief(measured(value, metricOf(name)?.unit ?? "")) : String(value ?? "no value");
    return Object.keys(found).length === 1 ? shown : `${name} ${shown}`;
  });
  return `At ${at} ${brokenText(what, values)}.`;
}

/** `p99 TPOT breaks first: 26.5 ms, where at most 25 ms is wanted`; a requirement over several metrics as it is written. */
function brokenText(what: string, values: readonly string[]): string {
  const [, name = "", sign, bound] = /^(\S+) (<=|>=) (.+)$/.exec(what) ?? [];
  if (metricOf(name) === undefined || values.length !== 1) return `${what} breaks first: ${values.join(", ")}`;
  return `${metricWords(name)} breaks first: ${values[0]}, where ${sign === "<=" ? "at most" : "at least"} ${bound} is wanted`;
}
