import { counted } from "@tokenyard/scenario";
import type { Audit } from "../audit.ts";
import type { AuditedClaim } from "../audited-claim.ts";
import { amount } from "./amount.ts";

/** How sure a claim is on a real server; nothing where that is not known. */
export function realText({ probability, regret }: Pick<AuditedClaim, "probability" | "regret">): string[] {
  if (probability === undefined) return [];
  const lost = regret == null ? "" : `, and is off by ${amount(regret, "%")} in the mean where it does not`;
  return [`on a real server it holds with ${amount(probability, "%")}${lost}, by seeds and measured runs like this plan`];
}

/** How sure the plan is on a real server, and what a measured run of it would add. */
export function realSentence({ real }: Pick<Audit, "real">): string[] {
  if (real === undefined) return [];
  const { claims, chance, measured } = real;
  const which = claims === 1 ? "the claim that runs decide holds" : `the ${counted(claims, "claim")} that runs decide hold together`;
  const more =
    measured === null
      ? ""
      : `; a measured run of it, given to tokenyard calibrate, would make that sure to ${amount(measured, "%")} in the mean`;
  return [`On a real server ${which} with ${amount(chance, "%")}, by measured runs like this plan${more}.`];
}
