import { amount } from "../claims/amount-text.ts";
import type { Remedy } from "../questions/remedy.ts";
import type { AuditedClaim } from "../verdicts/audited-claim.ts";

/** Remedies of a failed claim, in a sentence or two; empty if none were searched. */
export function helpText({ remedies, fewerGpus, helpReading, helpAt, unit }: AuditedClaim): string[] {
  const read = helpReading === undefined ? "" : `Read as ${helpReading}: `;
  const lines = helpAt === undefined ? [] : [`What would help is stated for ${helpAt}, which asks more of the same number.`];
  if (remedies !== undefined) {
    const found = remedies.filter(({ to }) => to !== null);
    const none = remedies.filter(({ to, tried }) => to === null && tried.length > 0);
    const [smallest, ...more] = found.map((remedy) => changed(remedy, unit));
    if (smallest !== undefined) lines.push(`${read}to hold: ${[smallest, ...more].join("; or ")}.`);
    if (none.length > 0)
      lines.push(`${read}${smallest === undefined ? "no single change tried makes it hold" : "not by"}: ${none.map(tried).join(", ")}.`);
  }
  if (fewerGpus !== undefined) lines.push(`${read}with fewer GPUs: ${fewerText(fewerGpus, unit)}.`);
  return lines.map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}`);
}

function fewerText({ single, best, examined, proven }: NonNullable<AuditedClaim["fewerGpus"]>, unit: AuditedClaim["unit"]): string {
  const one = single === null ? "one GPU cannot run it" : `one GPU gives ${amount(single.found, unit)}`;
  if (best === null) return "no plan tried can run";
  const others = proven ? "no other plan of one replica gives more" : `the most of ${counted(examined)} tried`;
  if (best.gpus === 1) return `${one}, ${others}`;
  return `${one}, and ${best.gpus} (${best.plan}) give ${amount(best.found, unit)}, ${others}`;
}

function counted(plans: number): string {
  return plans === 1 ? "one plan" : `${plans} plans`;
}

function changed({ change, now, to, found }: Remedy, unit: AuditedClaim["unit"]): string {
  return `${change} from ${now} to ${to} (then ${amount(found, unit)})`;
}

function tried({ change, tried: values }: Remedy): string {
  const [first, last] = [values[0], values.at(-1)];
  return values.length === 1 ? `${change} ${first}` : `${change} (none of ${values.length} values from ${first} to ${last})`;
}
