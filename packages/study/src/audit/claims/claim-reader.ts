import { type Formula, formula, type Vocabulary } from "@tokenyard/expression";
import {
  type ClaimSpec,
  formatQuantity,
  type Knob,
  knobsOf,
  type Problem,
  Problems,
  type ReadPieces,
  type Scenario,
  shorten,
  type Unit,
  unknownKnob,
} from "@tokenyard/scenario";
import { axisOf } from "../../points/axis.ts";
import { isImpossible, type Parameters } from "../../points/point.ts";
import { scenarioChanger } from "../../points/scenario-changer.ts";
import { PLAN_WORDS, RESULT_WORDS } from "../../points/words.ts";
import { type Amount, amountOf, meaningOf } from "./amount.ts";
import type { Claim, Part, PencilSum } from "./claim.ts";

type Path = Problem["path"];

const TOLERANCE = 0.01;
const MOST_VALUES = 64;
const INPUT = /^[A-Za-z_]\w*$/;

/**
 * Claims of `scenario` in their order. Throws all Problems at once, at the paths of the scenario's file; `readPieces` reads files that
 * their values name.
 */
export function readClaims(scenario: Scenario, readPieces?: ReadPieces): Claim[] {
  const { claims, problems } = claimsRead(scenario, scenario, readPieces);
  if (problems.length > 0) throw new Problems(problems);
  return claims;
}

/** The claims, as far as they can be read, with all problems; without `scenario` the effect of their values on it is unknown. */
export function claimsRead(
  { claims: specs = [], deployment }: Pick<Scenario, "claims" | "deployment">,
  scenario: Scenario | undefined,
  readPieces?: ReadPieces,
): { claims: Claim[]; problems: readonly Problem[] } {
  const amounts = new Map(specs.map(({ id, claimed }) => [id, amountOf(claimed)]));
  const reader = new Reader(scenario, amounts, readPieces);
  const claims = specs.map((spec, i) => reader.claim(spec, ["claims", i]));
  reader.settings(deployment?.readings ?? {}, ["deployment", "readings"]);
  return { claims, problems: reader.problems };
}

/** One claim that is not written in the scenario's list, as one of the plan's configuration. */
export function claimOf(spec: ClaimSpec, scenario: Scenario, readPieces?: ReadPieces): Claim {
  const reader = new Reader(scenario, new Map(), readPieces);
  const claim = reader.claim(spec, []);
  if (reader.problems.length > 0) throw new Problems(reader.problems);
  return claim;
}

/** Reads claim after claim and collects problems. */
class Reader {
  readonly problems: Problem[] = [];
  private readonly change: ReturnType<typeof scenarioChanger> | undefined;
  private readonly knobAt: (path: string) => Knob | undefined;
  private readonly claims: ReadonlyMap<string, Amount>;

  constructor(scenario: Scenario | undefined, claims: ReadonlyMap<string, Amount>, readPieces: ReadPieces | undefined) {
    this.change = scenario && scenarioChanger(withoutClaims(scenario), readPieces);
    this.knobAt = knobsOf(scenario);
    this.claims = claims;
  }

  claim(spec: ClaimSpec, at: Path): Claim {
    const { value: claimed, unit } = amountOf(spec.claimed);
    if (at.length > 0 && spec.id.startsWith("deployment."))
      this.problems.push({
        path: [...at, "id"],
        given: shorten(spec.id),
        wanted: "another word: deployment.… are the plan's own settings",
      });
    const inputs = this.inputs(spec, at);
    const { comparison, given = {}, against } = spec;
    this.given(given, [...at, "given"]);
    if (against !== undefined) this.given({ ...given, ...against }, [...at, "against"]);
    return {
      id: spec.id,
      text: spec.text,
      section: spec.section,
      claimed,
      unit,
      comparison,
      better: spec.better,
      tolerance: comparison === "=" ? (spec.tolerance ?? TOLERANCE) : 0,
      root: spec.root,
      pencil: this.pencil(spec, inputs, unit, at),
      parts: this.parts(spec, inputs, unit, at),
      given,
      against,
      over: this.over(spec.over, [...at, "over"]),
    };
  }

  /** Checks the values that each of `readings` gives. */
  settings(readings: Readonly<Record<string, Parameters>>, at: Path): void {
    for (const [name, given] of Object.entries(readings)) this.given(given, [...at, name]);
  }

  private inputs({ id, inputs = {} }: ClaimSpec, at: Path): ReadonlyMap<string, Amount> {
    for (const name of Object.keys(inputs)) {
      const path = [...at, "inputs", name];
      if (!INPUT.test(name)) this.problems.push({ path, given: shorten(name), wanted: "a name of letters, digits and _" });
      else if (RESULT_WORDS.meaningOf(name) !== undefined || this.claims.has(name) || name === id)
        this.problems.push({ path, given: shorten(name), wanted: "a name that no metric, path of the scenario or claim has" });
    }
    return new Map(Object.entries(inputs).map(([name, value]) => [name, amountOf(value)]));
  }

  private pencil({ id, claimed, from = [] }: ClaimSpec, inputs: ReadonlyMap<string, Amount>, unit: Unit | "", at: Path): PencilSum[] {
    const known = new Map([...this.claims, ...inputs]);
    known.delete(id);
    const words: Vocabulary = {
      wanted: "an input or another claim's id",
      meaningOf: (name) => meaningOf(known.get(name)),
      names: () => known.keys(),
    };
    const texts = typeof from === "string" ? [from] : from;
    return texts.flatMap((text, i) => {
      const path = [...at, "from", ...(typeof from === "string" ? [] : [i])];
      const made = this.formula({ text, unit, claimed, path, claimedAt: [...at, "claimed"] }, words);
      if (made === undefined) return [];
      const value = made.evaluate((name) => known.get(name)?.value ?? null);
      return [{ text, value, claims: made.names.filter((name) => !inputs.has(name)).sort() }];
    });
  }

  private parts({ claimed, metric, against }: ClaimSpec, inputs: ReadonlyMap<string, Amount>, unit: Unit | "", at: Path): Part[] {
    if (metric === undefined) return [];
    const words: Vocabulary = {
      wanted: inputs.size === 0 ? RESULT_WORDS.wanted : `${RESULT_WORDS.wanted}, or an input`,
      meaningOf: (name) => meaningOf(inputs.get(name)) ?? RESULT_WORDS.meaningOf(name),
      names: () => [...inputs.keys(), ...RESULT_WORDS.names()],
    };
    const texts: (readonly [string | undefined, string])[] = typeof metric === "string" ? [[undefined, metric]] : Object.entries(metric);
    if (texts.length === 0) this.problems.push({ path: [...at, "metric"], given: "an empty map", wanted: "at least one metric" });
    return texts.flatMap(([name, text]) => {
      const path = [...at, "metric", ...(name === undefined ? [] : [name])];
      const spec = { text, unit, claimed, path, claimedAt: [...at, "claimed"] };
      const made = against === undefined ? this.formula(spec, words) : this.ratio(spec, words);
      if (made === undefined) return [];
      const kind = against === undefined && made.names.every((each) => inputs.has(each) || isStatic(each)) ? "static" : "dynamic";
      const isPlain = !made.names.some((each) => inputs.has(each));
      return [{ name, text, kind, isPlain, evaluate: (scope) => made.evaluate((each) => inputs.get(each)?.value ?? scope(each)) } as const];
    });
  }

  /** The formula in its own unit, for a ratio; undefined, with a problem recorded, if there is none. */
  private ratio(
    { text, unit, claimed, path, claimedAt }: { text: string; unit: Unit | ""; claimed: unknown; path: Path; claimedAt: Path },
    words: Vocabulary,
  ): Formula | undefined {
    if (unit !== "" && unit !== "%") {
      this.problems.push({ path: claimedAt, given: shorten(claimed), wanted: "a plain number or a share, as the claim is of a ratio" });
      return undefined;
    }
    try {
      return formula(text, words, path);
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
  }

  /** The formula, its value in `unit`; undefined with a problem noted when it cannot be. */
  private formula(
    { text, unit, claimed, path, claimedAt }: { text: string; unit: Unit | ""; claimed: unknown; path: Path; claimedAt: Path },
    words: Vocabulary,
  ): Formula | undefined {
    let plain: Formula;
    try {
      plain = formula(text, words, path);
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      this.problems.push(...error.problems);
      return undefined;
    }
    const isBareShare = plain.unit === "%" && unit !== "%";
    try {
      // the unit of the first summand is that of the sum
      if (!isBareShare) return { ...formula(`0 ${unit} + (${text})`, words), names: plain.names };
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
    }
    this.problems.push({ path: claimedAt, given: shorten(claimed), wanted: wantedFor(plain) });
    return undefined;
  }

  private given(given: Parameters, at: Path): void {
    const unknown = Object.keys(given).filter((path) => this.knobAt(path) === undefined);
    for (const path of unknown) this.problems.push({ ...unknownKnob(path), path: [...at, path], given: `unknown path ${shorten(path)}` });
    if (unknown.length > 0 || this.change === undefined) return;
    const changed = this.change(given);
    if (!isImpossible(changed)) return;
    for (const problem of changed.problems) {
      const keys = problem.path.join(".");
      const owner = Object.keys(given).find((path) => keys === path || keys.startsWith(`${path}.`) || path.startsWith(`${keys}.`));
      this.problems.push({ ...problem, path: owner === undefined ? at : [...at, owner] });
    }
  }

  private over(over: ClaimSpec["over"], at: Path): Claim["over"] {
    if (over === undefined) return undefined;
    const [entry, ...more] = Object.entries(over);
    if (entry === undefined || more.length > 0) {
      this.problems.push({ path: at, given: `${Object.keys(over).length} paths`, wanted: "one path with its values" });
      return undefined;
    }
    const [path, given] = entry;
    try {
      const axis = axisOf(path, given, this.knobAt);
      if ("values" in axis && axis.values.length <= MOST_VALUES) return { path, values: axis.values };
      this.problems.push({ path: [...at, path], given: shorten(given), wanted: `at most ${MOST_VALUES} values, as 1..1024*2` });
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      this.problems.push(...error.problems.map((problem) => ({ ...problem, path: [...at, path] })));
    }
    return undefined;
  }
}

/** `scenario` without the parts that only an audit reads, so that its runs and reports are those of the bare scenario. */
export function withoutClaims(scenario: Scenario): Scenario {
  const { claims: _claims, deployment: _deployment, ...bare } = scenario;
  return bare;
}

/** Whether the number of that name is known without a run. What memory holds depends on the drawn requests. */
function isStatic(name: string): boolean {
  return PLAN_WORDS.meaningOf(name) !== undefined && !name.startsWith("memory.");
}

function wantedFor({ text, unit }: Formula): string {
  const subject = `the unit of ${shorten(text)}`;
  if (unit === "") return `a plain number, ${subject}`;
  if (unit === undefined) return `a value in ${subject}, which has no name here: divide until it has`;
  return `a quantity in ${unit}, ${subject}, such as ${formatQuantity(unit === "%" ? 0.2 : 100, unit)}`;
}
