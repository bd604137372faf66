export {
  chromeTrace,
  type Recording,
  type Report,
  renderText,
  type Stats,
  summarize,
  type TargetOutcome,
  type Warning,
} from "@tokenyard/report";
export {
  type LoadedScenario,
  loadScenario,
  METRICS,
  type Metric,
  metricOf,
  type Problem,
  Problems,
  parseScenario,
  resolvedOf,
  type Scenario,
  type Target,
  targetsOf,
} from "@tokenyard/scenario";
export {
  type Inspection,
  inspect,
  type Policies,
  type Progress,
  prepare,
  type RunOptions,
  run,
  type Setup,
  simulate,
  start,
} from "@tokenyard/simulator";
export { loadScenarioFile } from "./scenario-file.ts";
export { UnreadableFile } from "./scenario-text.ts";
