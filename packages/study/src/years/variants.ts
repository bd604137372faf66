import { DETECTORS, lossPolicyOf } from "@tokenyard/resilience";
import { type Door, type HealthSpec, type Scenario, withoutPolicies } from "@tokenyard/scenario";

/** The plan with a change to its resilience. */
export interface Variant {
  readonly group: "detectors" | "reactions" | "requests" | "spares";
  readonly name: string;
  readonly scenario: Scenario;
}

type OnLoss = HealthSpec["onLoss"];

/** Reactions in place of one's own, with the times of presets: docs/faults.md#presets. */
const REACTIONS: readonly OnLoss[] = [
  { kind: "restart", time: 150 },
  { kind: "replace", decide: 0, start: 82, rebuild: 1, graph: 0 },
  { kind: "shrink", decide: 0, rebuild: 6.5, graph: 0, rejoin: 46 },
  { kind: "mask", decide: 0, rebuild: 6.5, graph: 0, rejoin: 46 },
  { kind: "hang" },
];

/** `scenario`, which has `health`, with each detector removed, and each reaction and spare replaced. */
export function variantsOf(scenario: Scenario): Variant[] {
  const health = scenario.health!;
  const variant = (group: Variant["group"], name: string, changed: Partial<Scenario>, without: readonly Door[] = []): Variant => ({
    group,
    name,
    scenario: { ...withoutPolicies(scenario, without), ...changed },
  });
  const watched = (name: string, changed: Partial<HealthSpec>, without?: readonly Door[]) =>
    variant("detectors", name, { health: { ...health, ...changed } }, without);
  const kept = DETECTORS.filter((detector) => health[detector] !== undefined);
  const detectors = [
    ...kept.map((detector) => watched(`no ${detector}`, { [detector]: undefined })),
    ...(health.confirm > 0 ? [watched("no confirm", { confirm: 0 })] : []),
    watched("immediate detection", { canary: { after: 0, timeout: 0 }, confirm: 0 }, ["health.detection"]),
  ];
  const reactions = REACTIONS.filter(
    (onLoss) => onLoss.kind !== health.onLoss.kind && (scenario.model.experts !== undefined || !leavesExperts(onLoss)),
  );
  const { inFlight, whileDown, aborts } = health;
  const asked = (name: string, changed: Partial<HealthSpec>) => variant("requests", name, { health: { ...health, ...changed } });
  return [
    ...detectors,
    ...reactions.map((onLoss) =>
      variant("reactions", `onLoss: ${onLoss.kind}`, { health: { ...health, onLoss: sameTimes(onLoss, health.onLoss) } }, [
        "health.onLoss",
      ]),
    ),
    asked(`inFlight: ${inFlight === "fail" ? "migrate" : "fail"}`, { inFlight: inFlight === "fail" ? "migrate" : "fail" }),
    asked(`whileDown: ${whileDown === "wait" ? "reject" : "wait"}`, { whileDown: whileDown === "wait" ? "reject" : "wait" }),
    ...(aborts === "replica" ? [asked("aborts: lost", { aborts: "lost" })] : []),
    ...spareVariants(scenario).map(([name, spares]) => variant("spares", name, { spares })),
  ];
}

/** Whether a replica goes on without some of its experts. */
function leavesExperts(onLoss: OnLoss): boolean {
  const { continues, reloads } = lossPolicyOf(onLoss);
  return continues && !reloads;
}

/** `shrink`, `mask` and `reroute` take the same times. */
function sameTimes(onLoss: OnLoss, own: OnLoss): OnLoss {
  const isAlike = lossPolicyOf(onLoss).continues && lossPolicyOf(own).continues;
  return isAlike ? ({ ...own, kind: onLoss.kind } as OnLoss) : onLoss;
}

function spareVariants({ spares, cluster }: Scenario): (readonly [string, Scenario["spares"]])[] {
  const ranks = (count: number) => [`${count} spare ${count === 1 ? "GPU" : "GPUs"}`, { kind: "ranks", count }] as const;
  if (spares === undefined) return [ranks(1), ranks(cluster.gpusPerNode)];
  return [["no spares", undefined], ...(spares.kind === "ranks" ? [ranks(spares.count + 1)] : [])];
}
