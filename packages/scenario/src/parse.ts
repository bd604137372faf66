import { checked } from "./check.ts";
import { withEngine } from "./engines/with-engine.ts";
import { frozen } from "./frozen.ts";
import { DOORS, type LoadedPlugin, type PolicyWords, type StatedPolicy, withWords } from "./plugins/policy-words.ts";
import {
  type DigestOf,
  isAtDoor,
  loadedOf,
  type NamedPlugin,
  namedPlugins,
  unloadedProblems,
  withStandInNamed,
  withStandIns,
} from "./plugins/stand-ins.ts";
import { namesIn } from "./presets/preset-names.ts";
import { type Naming, unnamed } from "./presets/unnamed.ts";
import { type Problem, Problems } from "./problems/problem.ts";
import { readableClaims, ScenarioProblems } from "./readable-claims.ts";
import { layered } from "./reading/layer.ts";
import { widened } from "./reading/widen.ts";
import { plainOf, type Written, writtenOf } from "./reading/written.ts";
import { DEEPEST } from "./reading/yaml-syntax.ts";
import { type Scenario, scenarioSchema } from "./schema/scenario.ts";
import { remember, type Stated, statedIn } from "./stated.ts";

/** The scenario that a plain tree (no `extends`) means: checked, defaults filled in, frozen. Throws all `Problems` at once. */
export function parseScenario(tree: unknown, plugins?: Plugins): Scenario {
  if (isEndless(tree))
    throw new Problems([{ path: [], given: "a value that holds itself, or deeper nesting", wanted: `at most ${DEEPEST} levels` }]);
  return scenarioOf(layered(undefined, widened(writtenOf(tree), scenarioSchema)), [], undefined, plugins);
}

/** The plug-ins that were loaded, and the SHA-256 of those that were not, by the paths of the scenario. */
export interface Plugins {
  readonly words?: PolicyWords | undefined;
  readonly digestOf?: DigestOf;
}

/**
 * `given` if it is a checked scenario, else the result of `parseScenario`: a program may pass a tree as in a file. Throws all `Problems` of
 * such a tree.
 */
export function scenarioFrom(given: unknown): Scenario {
  return isChecked(given) ? given : parseScenario(given);
}

/** Whether `tree` contains itself or is deeper than a file may be; `around`: its ancestors. Each value in it is examined once. */
function isEndless(tree: unknown, around: readonly object[] = [], seen: Set<object> = new Set()): boolean {
  if (typeof tree !== "object" || tree === null) return false;
  if (around.length >= DEEPEST || around.includes(tree)) return true;
  if (seen.has(tree)) return false;
  seen.add(tree);
  const inside = [...around, tree];
  return Object.values(tree).some((part) => isEndless(part, inside, seen));
}

/** Whether quantities are numbers already, and defaults are filled in. */
function isChecked(given: unknown): given is Scenario {
  const { seed, assumed, cluster } = (given ?? {}) as {
    seed?: unknown;
    assumed?: unknown;
    cluster?: { gpu?: { bandwidth?: unknown } | null } | null;
  };
  return typeof seed === "number" && Array.isArray(assumed) && typeof cluster?.gpu?.bandwidth === "number";
}

/**
 * Parses finished layers with places. `before` are problems found earlier; `stated` is what the file states; words of `plugins` may stand at
 * their doors.
 */
export function scenarioOf(
  written: Written,
  before: readonly Problem[],
  stated: Stated = statedIn(written),
  { words, digestOf }: Plugins = {},
): Scenario {
  const naming: Naming = { problems: [], assumed: [] };
  const named = namedPlugins(written);
  const unloaded = unloadedProblems(named, words, digestOf);
  const stoodIn = words === undefined ? undefined : withStandIns(written, words);
  const tree = withEngine(plainOf(unnamed(stoodIn?.written ?? written, scenarioSchema, naming)), namesIn(written), naming);
  const result = checked(tree, naming.assumed);
  const problems = [...before, ...unloaded, ...(stoodIn?.problems ?? []), ...naming.problems];
  const unknown = problems.filter(({ path }) => path.at(-1) === "preset" || path.at(-1) === "huggingface" || path[0] === "extends");
  const isUnloaded = named.some((each) => loadedOf(each, words) === undefined);
  const meant = isUnloaded ? DOORS : (stoodIn?.refused ?? []); // what stands there may be a word of a plug-in, or is one
  const policies = stoodIn?.policies ?? [];
  if ("problems" in result)
    problems.push(
      ...result.problems.filter((problem) => !isAtDoor(problem.path, meant) && !unknown.some((name) => wouldGive(name, problem))),
    );
  if (problems.length > 0 || !("scenario" in result)) {
    const blamed = problems.map((problem) => withStandInNamed(problem, policies));
    throw new ScenarioProblems(blamed, () => readableClaims(tree, blamed));
  }
  const scenario = withPlugins(result.scenario, named, policies, words);
  remember(scenario, stated, written);
  return withWords(frozen(scenario), words);
}

/** `scenario` with its policies of plug-ins, and with each plug-in that it names or uses, by name, version and SHA-256. */
function withPlugins(
  scenario: Scenario,
  named: readonly NamedPlugin[],
  policies: readonly StatedPolicy[],
  words: PolicyWords | undefined,
): Scenario {
  if (words === undefined || named.length + policies.length === 0) return scenario;
  const ofNamed = named.map((each) => ({ ...(each.file === undefined ? {} : { file: each.file }), ...identityOf(loadedOf(each, words)!) }));
  const used = words.plugins.filter(({ name }) => policies.some(({ plugin }) => plugin === name)).map(identityOf);
  const plugins = [...ofNamed, ...used.filter(({ name }) => ofNamed.every((each) => each.name !== name))];
  return { ...scenario, plugins, ...(policies.length === 0 ? {} : { policies }) };
}

function identityOf({ name, version, sha256 }: LoadedPlugin) {
  return { name, version, sha256 };
}

/** Whether `problem` is a value that is missing only because the preset, the config or the extended file is not known. */
function wouldGive(name: Problem, problem: Problem): boolean {
  const place = name.path[0] === "extends" ? [] : name.path.slice(0, -1);
  return problem.given === undefined && place.every((key, i) => key === problem.path[i]);
}
