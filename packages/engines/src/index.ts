export { importText } from "./import.ts";
export { type ImportOptions, USUAL } from "./import-options.ts";
export type { Imported } from "./imported.ts";
export { type Launch, type LaunchOptions, type LaunchTarget, launchOf, TARGETS } from "./launch.ts";
export { isLaunch, LONGEST_TEXT } from "./launched.ts";
export type { LaunchFile } from "./launches/scripts.ts";
export { type ImportProblem, ImportProblems, problemText } from "./place.ts";
export { isMeasured, machineOf } from "./plan/machines.ts";
export { modelNamed, type NamedModel } from "./plan/models.ts";
