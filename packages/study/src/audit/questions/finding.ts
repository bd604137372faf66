import type { Scenario } from "@tokenyard/scenario";
import { Problems } from "@tokenyard/scenario";
import { type Impossible, isImpossible } from "../../points/point.ts";
import { scenarioScope } from "../../points/words.ts";
import type { Estimate, Interval } from "../../statistics/estimate.ts";
import { amount } from "../claims/amount-text.ts";
import { type Claim, decided, type Part, type PencilSum } from "../claims/claim.ts";
import { planValues } from "../claims/plan-values.ts";
import { slipOf } from "../claims/slip.ts";
import { type DecidingInterval, decidingInterval } from "./looks.ts";

/** Result of one check of a claim. */
export interface Finding {
  readonly kind: "arithmetic" | "static" | "dynamic";
  readonly verdict: "holds" | "better" | "fails" | "undecided";
  /** The formula that gave it. */
  readonly formula: string;
  /** Value in the unit of the claim; a mean over replications when dynamic. */
  readonly found: number | null;
  /** 95 % interval of a dynamic check. */
  readonly interval: Interval | null;
  /** The wider interval for the verdict, as it is examined several times. */
  readonly deciding: DecidingInterval | null;
  /** 0 unless it is dynamic. */
  readonly replications: number;
  /** Ids of other claims that it leans on. */
  readonly claims: readonly string[];
  /** The slip of units that it looks like when it fails. */
  readonly slip: string | undefined;
  /** Why it is undecided. */
  readonly reason: string | undefined;
  /** True if more runs would not decide, because they offer no more load. */
  readonly offered?: true;
}

const NOTHING: Omit<Finding, "kind" | "formula" | "verdict"> = {
  found: null,
  interval: null,
  deciding: null,
  replications: 0,
  claims: [],
  slip: undefined,
  reason: undefined,
};

/** The claimed value compared with the plan's own derivation. `gpus` of the whole cluster. */
export function pencilFinding(claim: Claim, { text, value, claims }: PencilSum, gpus: number): Finding {
  const base = { ...NOTHING, kind: "arithmetic", formula: text, claims } as const;
  if (value === null) return { ...base, verdict: "undecided", reason: "the sum divides by zero" };
  const verdict = decided({ low: value, high: value }, { ...claim, better: undefined })!;
  return { ...base, verdict, found: value, slip: slipWhen(verdict, claim, value, gpus) };
}

/** The claimed value against a number of the compiled plan. */
export function staticFinding(claim: Claim, part: Part, scenario: Scenario | Impossible): Finding {
  const base = { ...NOTHING, kind: "static", formula: part.text } as const;
  const values = planValues(scenario);
  if (values instanceof Problems || isImpossible(scenario))
    return { ...base, verdict: "undecided", reason: impossible(values as Problems) };
  const value = part.evaluate(scenarioScope(scenario, values));
  if (value === null) return { ...base, verdict: "undecided", reason: "the plan has no such value" };
  const verdict = decided({ low: value, high: value }, claim)!;
  return { ...base, verdict, found: value, slip: slipWhen(verdict, claim, value, values("gpus") ?? 1) };
}

/** The claimed value against the mean of `estimate`, at one of `looks` looks; `gpus` of the runs. */
export function dynamicFinding(claim: Claim, part: Part, estimate: Estimate, looks: number, gpus: number): Finding {
  const { mean, count, interval } = estimate;
  const deciding = decidingInterval(estimate, looks) ?? null;
  const isNever = mean === Number.POSITIVE_INFINITY; // nothing that more runs say would make it finite
  const certain = isNever ? { low: mean, high: mean } : deciding;
  const verdict = certain === null ? undefined : decided(certain, claim);
  const base = { ...NOTHING, kind: "dynamic", formula: part.text, found: mean, interval, deciding, replications: count } as const;
  if (verdict === undefined) return { ...base, verdict: "undecided", reason: `${count} runs do not decide it` };
  return { ...base, verdict, slip: slipWhen(verdict, claim, mean, gpus) };
}

/** Finding on a claim of more throughput than was offered, of a plan that served all of it: its capacity is not known. */
export function offeredFinding(finding: Finding, { unit }: Claim): Finding {
  const { deciding: _, slip: __, ...rest } = finding;
  const reason = `only ${amount(finding.found, unit)} was offered, and served; tokenyard capacity finds what the plan can serve`;
  return { ...rest, deciding: null, slip: undefined, verdict: "undecided", reason, offered: true };
}

/** A check that no run could decide, for the reason given. */
export function undecidedFinding(part: Part, reason: string): Finding {
  return { ...NOTHING, kind: part.kind, formula: part.text, verdict: "undecided", reason };
}

/** A finding by the law of uneven experts that is too near the claim to be sure, where the runs of `exact` gave no value. */
export function unsureFinding(finding: Finding, exact: Finding): Finding {
  const reason = `by the law of uneven experts the simulation gives a number within twice the law's error of the claim, and exact draws give none: ${exact.reason}`;
  return { ...finding, deciding: null, slip: undefined, verdict: "undecided", reason };
}

function slipWhen(verdict: Finding["verdict"], { claimed, unit }: Claim, value: number, gpus: number): string | undefined {
  return verdict === "fails" ? slipOf(claimed / value, unit, gpus) : undefined;
}

function impossible(problems: Problems): string {
  return `no such plan can be: ${problems.message.split("\n").join("; ")}`;
}
