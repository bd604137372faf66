import type { Meaning } from "@tokenyard/expression";
import { anyQuantity, type Unit } from "@tokenyard/scenario";

/** A number that a plan states. */
export interface Amount {
  readonly value: number;
  readonly unit: Unit | "";
}

export function amountOf(written: number | string): Amount {
  return typeof written === "number" ? { value: written, unit: "" } : anyQuantity(written)!;
}

export function meaningOf(amount: Amount | undefined): Meaning | undefined {
  return amount && { type: "number", unit: amount.unit };
}
