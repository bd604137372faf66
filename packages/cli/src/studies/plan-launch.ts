import { ImportProblems, type Launch, launchOf, type ServerLine, TARGETS } from "@tokenyard/engines";
import type { Scenario } from "@tokenyard/scenario";
import { degreesAsKeys, type ExaminedPlan, isImpossible, scenarioChanger } from "@tokenyard/study";
import { counted, grouped } from "../terminal/amount.ts";

/** How the engine of a scenario is launched with a plan, or why it is not. */
export type PlanLaunch =
  | ({ readonly for: string; readonly servers: readonly ServerLine[] } & Pick<Launch, "files" | "remarks">)
  | { readonly for: string; readonly refused: readonly string[] };

/** The launch of `plan`, which a search found for `scenario`; undefined for a batch, which no engine deals out, and where no engine serves. */
export function planLaunch(scenario: Scenario, { parameters }: ExaminedPlan): PlanLaunch | undefined {
  const made = scenarioChanger(degreesAsKeys(scenario))(parameters);
  if (isImpossible(made) || made.serving.scheduler.kind === "static") return undefined; // a value may name a file
  const target = TARGETS.find((name) => name === made.engine?.name);
  if (target === undefined) return undefined;
  try {
    const { files, lines, remarks } = launchOf(made, { for: target });
    return { for: target, servers: lines, files, remarks };
  } catch (error) {
    if (!(error instanceof ImportProblems)) throw error;
    return { for: target, refused: error.problems.map(({ subject, given, wanted }) => `${subject}: ${given}; wanted ${wanted}`) };
  }
}

/** The lines that launch a plan, one for each kind of server, with the keys that come out otherwise. */
export function launchLines(launch: PlanLaunch): string[] {
  if ("refused" in launch) return [`no launch line for ${launch.for}:`, ...launch.refused.map((each) => `  ${each}`)];
  const { servers, remarks } = launch;
  return [
    ...servers.map(({ role, copies, gpus, line }) => {
      const who = role === "all" ? "" : `${role}, `;
      const each = copies === 1 ? "" : `each of ${grouped(copies)} copies, `;
      return `launch (${who}${each}${counted(gpus, "GPU")}): ${line}`;
    }),
    ...remarks.map((each) => `  not as in the scenario: ${each}`),
  ];
}
