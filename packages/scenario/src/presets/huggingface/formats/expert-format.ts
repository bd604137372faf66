import type { QuantisedModules } from "./quantisation.ts";
import type { Stored } from "./stored.ts";

/** `quantised`, with the experts that nothing lists one by one in the format that a config says of them alone. */
export function withExpertFormat(quantised: QuantisedModules, format: unknown): QuantisedModules {
  if (format !== "fp4" || quantised.listsExperts === true) return quantised;
  const experts: Stored = { format: "mxfp4", alone: false, because: "expert_dtype fp4" };
  return { ...quantised, stored: (names, part) => (part === "routed" ? experts : quantised.stored(names, part)) };
}
