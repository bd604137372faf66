import { parametersOf } from "@tokenyard/model";
import { executable, isExecuted, isMixerExecuted, programsOf, smallScenario } from "@tokenyard/numerics";
import { compilePlan } from "@tokenyard/placement";
import type { Work } from "@tokenyard/program";
import { grouped, type ModelSpec, nearest, type Problem, type Scenario } from "@tokenyard/scenario";
import type { VerifyOptions } from "./verify.ts";

/** Bytes of double-precision weights and caches that a run may hold. */
const MOST_BYTES = 4e9;

const NO_MIXER = { kind: "none" } as const;

/** Problems of `options` for this scenario, and of sizes that are too large for numbers. */
export function verifyProblems(given: Scenario, { full = false, leaveOut, formats = false }: VerifyOptions = {}): Problem[] {
  const { scenario: whole } = executable(given);
  const { scenario } = full ? { scenario: whole } : smallScenario(whole);
  const plan = compilePlan(scenario);
  const problems: Problem[] = [];
  if (formats && leaveOut !== undefined)
    problems.push({
      path: ["--formats"],
      given: "beside --leave-out",
      wanted: "one of them: what is missing is found in double precision",
    });
  if (leaveOut !== undefined) {
    const works = [...new Set(programsOf(scenario, plan).flatMap((slices) => slices.flatMap(({ ops }) => ops.map(({ work }) => work))))];
    if (!works.some((work) => work === leaveOut && doesSomething(work))) {
      const executed = works.filter(doesSomething);
      const suggestion = nearest(leaveOut, executed);
      problems.push({
        path: ["--leave-out"],
        given: leaveOut,
        wanted: `an op that is executed: ${executed.join(", ")}`,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
  }
  const { total } = parametersOf(heldModel(scenario.model));
  const bytes = 8 * total * (1 + plan.replicas); // one device's, and the shards of each replica
  if (bytes > MOST_BYTES) {
    const wanted = `at most ${MOST_BYTES / 1e9} GB of weights in double precision`;
    const more = `${((bytes - MOST_BYTES) / 1e9).toPrecision(3)} GB too many`;
    const size = `${(bytes / 1e9).toPrecision(3)} GB for ${plan.replicas + 1} copies of ${grouped(total)} weights, ${more},`;
    if (full) problems.push({ path: ["--full"], given: size, wanted: `${wanted}; without --full sizes are made small` });
    else
      problems.push({
        path: ["model"],
        given: size,
        wanted: `${wanted} once its sizes are made small: fewer layers or experts, or fewer replicas`,
      });
  }
  return problems;
}

/** `model` without the mixers that are not executed: they have no weights here. */
function heldModel(model: ModelSpec): ModelSpec {
  const { layerKinds } = model;
  if (layerKinds === undefined) return model;
  const held = Object.entries(layerKinds).map(([name, kind]) => [name, isMixerExecuted(kind.mixer) ? kind : { ...kind, mixer: NO_MIXER }]);
  return { ...model, layerKinds: Object.fromEntries(held) };
}

/** Whether `work` moves or multiplies anything: a host does not, nor do mechanisms that are not executed. */
function doesSomething(work: Work): boolean {
  return work !== "host" && isExecuted(work);
}
