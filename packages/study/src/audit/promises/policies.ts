import type { PromiseSpec, Scenario } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";

/** A policy that a plan does not state, and that could make a promise hold. */
export interface Policy {
  /** Name as the user would write it. */
  readonly name: string;
  readonly set: Parameters;
}

const policy = (path: string, value: string): Policy => ({ name: `${path}: ${value}`, set: { [path]: value } });

/** Fates of requests that a fault meets. */
const IN_FLIGHT = [policy("health.inFlight", "requeue"), policy("health.inFlight", "migrate")];
/** Detectors of a fault, with the times of presets. Source: docs/faults.md#presets. */
const DETECTORS = [
  policy("health.canary", "{ after: 10 s, timeout: 3 s }"),
  policy("health.watchdog", "300 s"),
  policy("health.collectiveTimeout", "30 s"),
];
/** Detection and reaction together, as engines ship them. Source: docs/faults.md#presets. */
const PRESETS = ["vllm-stock", "vllm-scale-down", "sglang-elastic", "trtllm", "dynamo"].map((name) => policy("health", name));
/** Tokens go around what is lost, with the times of elastic experts. Source: docs/faults.md#presets. */
const REROUTE = policy("health.onLoss", "{ kind: reroute, rebuild: 6.5 s, rejoin: 46 s }");
const RETRIES = [policy("retries", "{ client: { limit: 4, timeout: 30 s, backoff: { first: 100 ms, most: 1 s } } }")];
const CHECKPOINTS: Policy = {
  name: "checkpoints: { every: 32, to: host } with health.inFlight: migrate",
  set: { checkpoints: "{ every: 32, to: { kind: host, bandwidth: 25 GB/s } }", "health.inFlight": "migrate" },
};

/** The policies that are searched where `promise` fails under those of `scenario`; none where no policy enters it. */
export function policiesFor({ kind }: PromiseSpec["promise"], scenario: Scenario): readonly Policy[] {
  switch (kind) {
    case "health-checks":
      return [...DETECTORS, ...PRESETS];
    case "rides-out":
      return [...IN_FLIGHT, ...RETRIES, ...DETECTORS, ...PRESETS];
    case "recovers":
      return [...DETECTORS, ...PRESETS, ...IN_FLIGHT];
    case "degrades":
      return [...DETECTORS, ...PRESETS, ...IN_FLIGHT, ...(scenario.model.experts === undefined ? [] : [REROUTE])];
    case "keeps-state":
      return scenario.workload.kind === "batch" ? IN_FLIGHT : [...IN_FLIGHT, CHECKPOINTS, ...PRESETS];
    default:
      return []; // decided by where experts are
  }
}
