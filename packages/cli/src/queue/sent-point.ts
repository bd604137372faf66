import {
  type PolicyWords,
  Problems,
  parseScenario,
  type ReadPieces,
  resolvedOf,
  type Scenario,
  withTraceHash,
  withWords,
} from "@tokenyard/scenario";
import { baseOf, changedPoint, isImpossible, originOf, type Point, scenarioChanger } from "@tokenyard/study";
import { sha256 } from "./keys.ts";
import type { SentPoint } from "./payload.ts";

/** A scenario by which points are sent, as text. */
export interface Base {
  readonly hash: string;
  readonly text: string;
}

/** Sends points as differences from a base. Points without a base of their own use their first scenario. */
export class PointPacker {
  readonly #bases = new WeakMap<Scenario, Base>();
  #common: Scenario | undefined;

  /** `point`, which has a scenario, and its base. */
  pack(point: Point): { readonly sent: SentPoint; readonly base: Base } {
    const { index, parameters, years, limit, distributions } = point;
    const unmade = baseOf(point);
    if (unmade !== undefined && !namesFile(point)) return { sent: { index, parameters } as SentPoint, base: this.#baseOf(unmade) };
    const { scenario } = point;
    if (isImpossible(scenario)) throw new Problems(scenario.problems);
    this.#common ??= scenario;
    const base = originOf(point) ?? this.#common;
    const sections = Object.fromEntries(Object.entries(scenario).filter(([key, value]) => !isSame(value, base[key as keyof Scenario])));
    const without = Object.keys(base).filter((key) => !Object.hasOwn(scenario, key));
    const sent = {
      index,
      parameters,
      sections,
      ...(without.length > 0 && { without }),
      ...(years && { years }),
      ...(limit && { limit }),
      ...(distributions && { distributions }),
    } as SentPoint;
    return { sent, base: this.#baseOf(base) };
  }

  #baseOf(scenario: Scenario): Base {
    const known = this.#bases.get(scenario);
    if (known !== undefined) return known;
    const text = JSON.stringify(scenario);
    const base = { hash: sha256(text), text };
    this.#bases.set(scenario, base);
    return base;
  }
}

/** Whether another trace or table is set, which only the client is sure to have: then its hash or content is recorded. */
function namesFile({ parameters }: Point): boolean {
  return Object.entries(parameters).some(
    ([path, value]) => path === "workload" || path.startsWith("workload.path") || /\.(csv|json|parquet)\b/i.test(String(value)),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** A base as a worker knows it. */
export class KnownBase {
  readonly #scenario: Scenario;
  readonly #change: ReturnType<typeof scenarioChanger>;
  readonly #readPieces: ReadPieces;
  /** Plug-ins that this worker was started with. */
  readonly #words: PolicyWords | undefined;

  /** `text` comes from `PointPacker`. Throws for other text, and Problems for a scenario whose trace is another one. */
  constructor(text: string, readPieces: ReadPieces, words?: PolicyWords) {
    this.#words = words;
    this.#scenario = checked(JSON.parse(text), readPieces, words);
    this.#change = scenarioChanger(this.#scenario, readPieces);
    this.#readPieces = readPieces;
  }

  /** The point that was sent. Throws as the constructor. */
  point({ index, parameters, sections, without = [], years, limit, distributions }: SentPoint): Point {
    const own = { index, parameters, ...(years && { years }), ...(limit && { limit }), ...(distributions && { distributions }) };
    if (sections === undefined) return changedPoint(index, parameters, this.#scenario, this.#change);
    const all = Object.entries({ ...this.#scenario, ...sections }).filter(([key]) => !without.includes(key));
    const scenario = Object.fromEntries(all) as unknown as Scenario;
    const [only, ...others] = Object.keys(sections);
    const isSeed =
      only === "seed" && others.length === 0 && without.length === 0 && Number.isSafeInteger(scenario.seed) && scenario.seed >= 0;
    if (isSeed) return { ...own, scenario };
    if (only === undefined && without.length === 0) return { ...own, scenario: this.#scenario };
    return { ...own, scenario: checked(scenario, "workload" in sections ? this.#readPieces : undefined, this.#words) };
  }
}

/** `given`, if it passes the check of scenario files, and its trace, read by `readPieces`, is the intended one. */
function checked(given: Scenario, readPieces: ReadPieces | undefined, words: PolicyWords | undefined): Scenario {
  let isSound = false;
  let policies: Scenario["policies"];
  try {
    const tree = resolvedOf(given);
    const parsed = parseScenario(tree, { words });
    ({ policies } = parsed);
    isSound = JSON.stringify(resolvedOf(parsed)) === JSON.stringify(tree);
  } catch (error) {
    if (error instanceof Problems && error.problems.some(({ path }) => path[0] === "plugins")) throw error; // a plug-in that this worker has not, or with other bytes
    if (!(error instanceof Problems || error instanceof TypeError)) throw error;
  }
  if (!isSound) throw new TypeError("what came as a scenario is none");
  if (given.workload.kind === "trace" && readPieces !== undefined) withTraceHash(given, readPieces);
  return withWords(policies === undefined ? given : { ...given, policies }, words);
}
