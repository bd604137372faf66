import type { HealthSpec } from "@tokenyard/scenario";

/** What a replica does once a loss is known, as data. */
export interface LossPolicy {
  /** Whether it does anything. */
  readonly reacts: boolean;
  /** Whether a replica continues without the lost ranks or experts. */
  readonly continues: boolean;
  /** Whether lost experts are loaded elsewhere. */
  readonly reloads: boolean;
  /** Whether tokens of lost experts go to others. */
  readonly detours: boolean;
  /** Whether a rank of a lost slot is replaced with everything on it. */
  readonly replacesRanks: boolean;
}

const PLAIN = { reacts: true, continues: false, reloads: false, detours: false, replacesRanks: false };

export function lossPolicyOf({ kind }: Pick<HealthSpec["onLoss"], "kind">): LossPolicy {
  switch (kind) {
    case "hang":
      return { ...PLAIN, reacts: false };
    case "restart":
      return PLAIN;
    case "replace":
      return { ...PLAIN, replacesRanks: true };
    case "shrink":
      return { ...PLAIN, continues: true, reloads: true };
    case "mask":
      return { ...PLAIN, continues: true };
    case "reroute":
      return { ...PLAIN, continues: true, detours: true };
  }
}
