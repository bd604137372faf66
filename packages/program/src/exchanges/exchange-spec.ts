import type { NetworkModel } from "@tokenyard/cluster";
import type { Plan } from "@tokenyard/placement";
import type { StageLinks } from "./stage-links.ts";

/** The partners of an exchange of tokens, and its network. */
export interface ExchangeSpec {
  readonly plan: Plan;
  readonly network: NetworkModel;
  /** [replicas × stages] */
  readonly links: readonly StageLinks[];
}
