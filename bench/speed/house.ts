import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, from the compiled file in `bench/dist/speed`. */
export const HOUSE = fileURLToPath(new URL("../../../", import.meta.url));

export function scenarioPath(folder: string): string {
  return join(HOUSE, "scenarios", folder, "scenario.yaml");
}
