import type { FamilyType } from "../families/described.ts";
import { type Family, type FamilyKey, familyOf } from "../family.ts";

/** A family under the name and with the labels under which it is exported. */
export interface Exported {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly unit?: string;
  /** Bounds of its family, or some of them. */
  readonly bounds?: readonly number[];
  /** Families of which the first that is present provides its series. */
  readonly of: readonly FamilyKey[];
  /** [labels] indices of its family's labels, with their names */
  readonly labels: readonly { readonly at: number; readonly name: string }[];
  /** Labels that all its series have. */
  readonly fixed?: readonly (readonly [name: string, value: string])[];
  /** Computes the value from those of the families; undefined: that of the first. */
  readonly value?: (first: number, second: number) => number;
}

/** `family` under its own name. */
export function own({ key, name, type, help, labels, unit, bounds }: Family): Exported {
  return {
    name,
    type,
    help,
    of: [key],
    labels: labels.map((label, at) => ({ at, name: label })),
    ...(unit === undefined ? {} : { unit }),
    ...(bounds === undefined ? {} : { bounds }),
  };
}

/** The family `key` under another system's name, with that system's differences. */
export function alias(
  name: string,
  key: FamilyKey,
  otherwise: Partial<Pick<Exported, "of" | "labels" | "fixed" | "value" | "bounds">> = {},
): Exported {
  const family = own(familyOf(key));
  const { unit: _, ...rest } = family;
  return { ...rest, name, help: `as ${family.name}`, ...otherwise };
}
