import type { Recording, ServedClass, TallyColumns } from "@tokenyard/report";
import type { Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cut, RunOptions } from "../options/run-options.ts";
import { prepare } from "../setup/prepare.ts";
import { run } from "../simulate.ts";

// What the executor owes, on whatever scenarios: the recording of a run whose passes are timed op by op, on the stages, rank by rank. Those are
// judged in turn by the reference executor, in stages/pipelines.test.ts.

/** Ways to take a run: as it comes; passes one by one; and op by op, which is the reference. */
const WAYS: readonly RunOptions[] = [{}, { executor: "loop" }, { executor: "stages" }];

/** How the executor differs from the reference on `scenario`; nothing. */
export function executorDifferences(scenario: Scenario, options: RunOptions = {}): string[] {
  const [formed, looped, reference] = WAYS.map((way) => plain(run(prepare(scenario), { rows: true, ...options, ...way })));
  return [...differences(formed, reference), ...differences(looped, reference)];
}

/** The same where replicas are broken off at `parts` of the run's time: each a millionth, and whose replica. */
export function cutDifferences(scenario: Scenario, parts: readonly CutPart[]): string[] {
  return executorDifferences(scenario, { cuts: cutsOf(scenario, parts) });
}

export interface CutPart {
  readonly millionths: number;
  /** Nanoseconds from the end of the next op after that; undefined: the instant itself. */
  readonly fromOp: number | undefined;
  readonly pool: number;
  readonly replica: number;
}

export const anyCuts: fc.Arbitrary<readonly CutPart[]> = fc.array(
  fc.record({ millionths: fc.nat(1_000_000), fromOp: fc.constantFrom(undefined, -1, 0, 1), pool: fc.nat(1), replica: fc.nat(2) }),
  { minLength: 1, maxLength: 6 },
);

/** Cuts at these parts of the time that `scenario` takes without them. */
export function cutsOf(scenario: Scenario, parts: readonly CutPart[]): Cut[] {
  const { horizonNs, endsNs, replicas } = uncutOf(scenario);
  return parts.map((part) => {
    const pool = part.pool % replicas.length;
    const atNs = Math.floor((horizonNs / 1e6) * part.millionths);
    const next = part.fromOp === undefined ? undefined : endsNs.find((ns) => ns > atNs);
    return { atNs: next === undefined ? atNs : next + part.fromOp!, pool, replica: part.replica % replicas[pool]! };
  });
}

interface Uncut {
  readonly horizonNs: number;
  /** Of all ops, the earliest first. */
  readonly endsNs: Float64Array;
  /** [pools] */
  readonly replicas: readonly number[];
}

/** Of scenarios that several laws have cut. */
const uncut = new WeakMap<Scenario, Uncut>();

/** The run of `scenario` without cuts. */
function uncutOf(scenario: Scenario): Uncut {
  const known = uncut.get(scenario);
  if (known !== undefined) return known;
  const setup = prepare(scenario);
  const { horizonNs, spans } = run(setup, { spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER } });
  const reported = { horizonNs, endsNs: spans!.endNs.toSorted(), replicas: setup.pools.map(({ plan }) => plan.replicas) };
  uncut.set(scenario, reported);
  return reported;
}

/** Of the scenarios a quick run draws this part; a long one draws the others. */
const QUICK = 1 / 3;

/** The tests that passes of `scenarios` give what their ops give one by one. */
export function executorContract(
  name: string,
  scenarios: fc.Arbitrary<Scenario>,
  numRuns: number,
  options: { timeout?: number } = {},
): void {
  const others = (fc.readConfigureGlobal()?.seed ?? 0) + 1;
  const few = Math.ceil(numRuns * QUICK);
  const parts = [
    { more: "", options, parameters: { numRuns: few, endOnFailure: true } },
    {
      more: ", of others",
      options: { ...options, tags: "long" },
      parameters: { numRuns: numRuns - few, endOnFailure: true, seed: others },
    },
  ] as const;
  for (const { more, options, parameters } of parts) {
    test(
      `passes timed by their forms, or in the loop, give the recording of their ops one by one, to the nanosecond: ${name}${more}`,
      options,
      () => {
        fc.assert(
          fc.property(scenarios, (scenario) => {
            expect(executorDifferences(scenario)).toEqual([]);
          }),
          parameters,
        );
      },
    );

    test(`so they do where replicas are broken off at any instants: ${name}${more}`, options, () => {
      fc.assert(
        fc.property(scenarios, anyCuts, (scenario, parts) => {
          expect(cutDifferences(scenario, parts)).toEqual([]);
        }),
        parameters,
      );
    });
  }
}

/** Paths at which two plain values differ; short to print. */
export function differences(a: unknown, b: unknown, path = ""): string[] {
  if (Object.is(a, b)) return [];
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return [`${path}: ${a} or ${b}`];
  if (areAlike(a, b)) return [];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differences(a[key as never], b[key as never], `${path}.${key}`)).slice(0, 5);
}

/** Whether both are columns of the same numbers; said without a key for each. */
function areAlike(a: object, b: object): boolean {
  if (!(a instanceof Float64Array) || !(b instanceof Float64Array) || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** What does not depend on how the run was taken. */
export function plain(recording: Recording) {
  const { served, routing, pools, ...rest } = recording;
  const routed = routing.map(({ loads, ...each }) => ({ ...each, loads: { ...loads, loadVariance: sorted(loads.loadVariance) } }));
  if (served === undefined) return { ...rest, pools, routed };
  const tallies = { ...served, classes: served.classes?.map(sortedClass) }; // of those that are ready in one instant, either comes first
  return { ...rest, pools, tallies, routed };
}

/** A class with the values of its tallies in order. */
function sortedClass(each: ServedClass) {
  return Object.fromEntries(Object.entries(each).map(([name, of]) => [name, of?.values === undefined ? of : sorted(of)]));
}

/** `tally` with all its values in order, as often as they were seen. */
export function sorted(tally: TallyColumns): TallyColumns {
  const { values, times, ...rest } = tally;
  return values === undefined ? tally : { ...rest, values: seenIn(values, times).sort() };
}

/** All values, as often as they were seen. */
function seenIn(values: Float64Array, times: Float64Array | undefined): Float64Array {
  return times === undefined
    ? values.slice()
    : Float64Array.from([...values].flatMap((value, i) => new Array<number>(times[i]!).fill(value)));
}
