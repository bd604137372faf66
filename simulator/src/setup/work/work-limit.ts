import type { Plan } from "@tokenyard/placement";
import { type Problem, Problems, type Scenario } from "@tokenyard/scenario";
import type { Requests } from "@tokenyard/serving";
import { columnItems } from "./columns.ts";
import type { LoadWork } from "./load-work.ts";
import { loadItems, sizesOf, stepItems } from "./work.ts";
import { short, totalOf, type WorkItem } from "./work-item.ts";

/**
 * Steps in a second of one core. A step is an op on a rank, about 50 ns; everything else is counted in them, so that the limit is the same
 * on every machine.
 */
export const STEPS_PER_SECOND = 2e7;
/** Default limit of the seconds of work of a run. */
const MOST_SECONDS = 60;
const MOST_ALLOWED = 9e6; // seconds that can be written
const GIB = 1024 * 1024 * 1024;
/**
 * Bytes of columns that a run may hold at most. Most are filled before it starts, when nothing can be heard: eight take about 100 ns, so that
 * is half a minute of one core.
 */
const MOST_BYTES = 2 * GIB;
/** Tokens × layers × topK that are counted at most: the counts stay whole numbers. */
const MOST_COPIES = Number.MAX_SAFE_INTEGER;

/**
 * Throws Problems for a run over `mostWork`, 2 GiB of columns, or more copies than can be counted, by an estimate that is above the truth;
 * for a `load`, whose passes may be of any size, by one below it (`WorkMeter` counts the rest). The message names the largest part and a
 * way to lessen it. The expected work is `expectedSeconds`.
 */
export function checkWork(scenario: Scenario, plan: Plan, requests: Requests, load?: LoadWork, byLaw = false): void {
  const sizes = sizesOf(scenario, plan, requests);
  const copies = (sizes.promptTokens + sizes.outputTokens) * Math.max(1, sizes.moeLayers * sizes.topK);
  const items = load === undefined ? stepItems(plan, sizes) : loadItems(plan, sizes, load);
  const problems = [
    ...tooMuchWork(items, mostSteps(scenario)),
    ...tooManyBytes(columnItems(scenario, plan, sizes, requests, byLaw)),
    ...(copies > MOST_COPIES ? [tooManyCopies(copies)] : []),
  ];
  if (problems.length > 0) throw new Problems(problems);
}

/** Approximate steps of a run, rather more than fewer. */
export function stepsOf(scenario: Scenario, plan: Plan, requests: Requests): number {
  return totalOf(stepItems(plan, sizesOf(scenario, plan, requests)));
}

/** Steps that a run of `scenario` may take. */
export function mostSteps({ mostWork = MOST_SECONDS }: Scenario): number {
  return mostWork * STEPS_PER_SECOND;
}

/** Text on what would work where `steps` exceed `most`. */
export function wantedWork(steps: number, most: number, less: string): string {
  const allowed = roundedUp(steps);
  const allowing = allowed <= MOST_ALLOWED * STEPS_PER_SECOND ? `, or \`mostWork: ${seconds(allowed)}\`` : "";
  return `at most ${seconds(most)}: ${less}${allowing}`;
}

/** A problem at the largest part, when `items` together exceed `most` steps. */
function tooMuchWork(items: readonly WorkItem[], most: number): Problem[] {
  const total = totalOf(items);
  if (total <= most) return [];
  const { of, path, less } = heaviest(items);
  return [{ path, given: `about ${seconds(total)} of work, mostly for ${of},`, wanted: wantedWork(total, most, less) }];
}

function tooManyBytes(items: readonly WorkItem[]): Problem[] {
  const total = totalOf(items);
  if (total <= MOST_BYTES) return [];
  const { of, path, less } = heaviest(items);
  return [{ path, given: `about ${gib(total)}, mostly for ${of},`, wanted: `at most ${gib(MOST_BYTES)}: ${less}` }];
}

function heaviest(items: readonly WorkItem[]): WorkItem {
  return items.reduce((most, item) => (item.amount > most.amount ? item : most));
}

function tooManyCopies(copies: number): Problem {
  const wanted = `at most ${short(MOST_COPIES)}, so that counts stay whole numbers: fewer or shorter sequences`;
  return { path: ["workload", "sequences"], given: `about ${short(copies)} copies of tokens`, wanted };
}

/** `steps` rounded up, so that their seconds have few digits. */
function roundedUp(steps: number): number {
  const allowed = Number(((1.1 * steps) / STEPS_PER_SECOND).toPrecision(2));
  return allowed * STEPS_PER_SECOND;
}

export function seconds(steps: number): string {
  return `${short(steps / STEPS_PER_SECOND)} s`;
}

function gib(amount: number): string {
  return `${short(amount / GIB)} GiB`;
}
