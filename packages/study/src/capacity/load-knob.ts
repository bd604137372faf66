import { type Problem, Problems, type Scenario, type StatedPolicy, type Unit } from "@tokenyard/scenario";

/** The part of a load that is increased until its targets break. */
export interface LoadKnob {
  /** Quantity that the rate, number or speed belongs to. */
  readonly of: "requests" | "sessions" | "users" | "trace" | "sequences";
  readonly path: "workload.rate" | "workload.concurrency" | "workload.speed" | "workload.sequences";
  readonly unit: Unit | "";
  /** Load that the scenario states. */
  readonly own: number;
  /** Smallest and largest value that mean something. */
  readonly least: number;
  readonly most: number;
  /** Whether only whole numbers do. */
  readonly isWhole: boolean;
}

const MOST_SEQUENCES = 1_000_000; // limit of the format
const SPEEDS = { least: 1e-6, most: 1e6 }; // limit of the format

/** The knob of the load of `scenario`. Throws Problems where there is none: a batch comes at once, and stages have rates of their own. */
export function loadKnob({ workload, policies = [] }: Scenario): LoadKnob {
  const plugged = policies.find(({ door }) => door === "workload");
  return plugged === undefined ? knobOf(workload) : ofPlugin(knobOf(workload), plugged);
}

/** `knob` of what stands in for a load of a plug-in, which must have a number by the same name among its settings. */
function ofPlugin(knob: LoadKnob, { kind, plugin, given }: StatedPolicy): LoadKnob {
  const key = knob.path.slice("workload.".length);
  const own = given[key];
  if (typeof own === "number") return { ...knob, unit: "", own };
  const wanted = `a load of a plug-in with a number ${key} among its settings, to turn it up; or a load of Tokenyard`;
  throw refusal(["workload", "kind"], `${kind}, of plug-in ${plugin}, without a number ${key} beside it`, wanted);
}

function knobOf(workload: Scenario["workload"]): LoadKnob {
  switch (workload.kind) {
    case "open":
    case "sessions":
      if (workload.rate === undefined)
        throw refusal(["workload", "arrivals", "kind"], "stages", "arrivals with one mean rate, to turn it up");
      return {
        of: workload.kind === "open" ? "requests" : "sessions",
        path: "workload.rate",
        unit: "requests/s",
        own: workload.rate,
        least: Number.MIN_VALUE,
        most: Number.MAX_VALUE,
        isWhole: false,
      };
    case "closed":
      // more users than requests change nothing
      return {
        of: "users",
        path: "workload.concurrency",
        unit: "",
        own: workload.concurrency,
        least: 1,
        most: workload.requests,
        isWhole: true,
      };
    case "trace":
      return { of: "trace", path: "workload.speed", unit: "", own: workload.speed, ...SPEEDS, isWhole: false };
    case "steady-decode":
      return {
        of: "sequences",
        path: "workload.sequences",
        unit: "",
        own: workload.sequences,
        least: 1,
        most: MOST_SEQUENCES,
        isWhole: true,
      };
    case "batch":
      throw refusal(
        ["workload", "kind"],
        "batch",
        "a load: open, closed, sessions, trace or steady-decode; a batch comes at once, at no rate",
      );
  }
}

function refusal(path: Problem["path"], given: string, wanted: string): Problems {
  return new Problems([{ path, given, wanted }]);
}
