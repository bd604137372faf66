import { type Condition, condition } from "@tokenyard/expression";
import { formatQuantity, type Problem, Problems, type Scenario, targetsOf } from "@tokenyard/scenario";
import { targetTexts } from "../optimize/questions/constraint.ts";
import { syntaxOfKnown } from "../optimize/questions/foreseen.ts";
import type { AskedNumber } from "../optimize/questions/valueless.ts";
import { RESULT_WORDS } from "../points/words.ts";

/** A requirement on a load. */
export interface Requirement extends Condition, AskedNumber {
  /** How people call it, as `chat: ttft.p99 <= 300 ms`. */
  readonly label: string;
  /** Subject, for a bound on one metric of a class, such as `chat: ttft.p99`. */
  readonly subject?: string;
}

export interface Required {
  /** Conditions on a report, as `ttft.p99 <= 500 ms`. */
  readonly subjectTo?: readonly string[];
  /** Share of the requests, of each class, that meet every latency target of theirs; in place of the targets. */
  readonly attainment?: number;
  /** Whether the targets of the scenario and of its classes hold too; as when nothing else is given. */
  readonly targets?: boolean;
}

/** All requirements of `required` on a run of `scenario`. Throws all Problems of `subjectTo` at once. */
export function requirementsOf(scenario: Scenario, { subjectTo = [], attainment, targets }: Required): Requirement[] {
  const all = targets ?? (subjectTo.length === 0 && attainment === undefined);
  const problems: Problem[] = [];
  const own = subjectTo.flatMap((text, i) => {
    try {
      return [requirement(text, text, ["subjectTo", i])];
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new Problems(problems);
  return [
    ...own,
    ...(attainment === undefined ? [] : attained(scenario, attainment)),
    ...(all ? [...targetTexts(scenario).map((text) => requirement(text, text, ["targets"])), ...classTargets(scenario)] : []),
  ];
}

/** The classes of a mix; none where one kind comes: then the whole report is of it. */
function mixOf({ workload }: Scenario) {
  const classes = "classes" in workload ? (workload.classes ?? []) : [];
  return classes.length < 2 ? [] : classes;
}

function classTargets(scenario: Scenario): Requirement[] {
  const { workload } = scenario;
  const classes = "classes" in workload ? (workload.classes ?? []) : [];
  return classes.flatMap(({ name, targets }, i) => {
    const where = classes.length === 1 ? "" : `classes.${i}.`; // one class is the whole
    return targetsOf({ targets }).map(({ name: latency, metric, value }) => {
      const [subject, bound] = [`${name}: ${latency}`, `<= ${formatQuantity(value, "s")}`];
      return { ...requirement(`${where}${metric.path} ${bound}`, `${subject} ${bound}`, ["workload", "classes", i, "targets"]), subject };
    });
  });
}

function attained(scenario: Scenario, share: number): Requirement[] {
  const bound = `>= ${formatQuantity(share, "%")}`;
  const path = ["attainment"];
  const classes = mixOf(scenario);
  if (classes.length === 0) return [requirement(`attainment ${bound}`, `attainment ${bound}`, path)];
  return classes.map(({ name }, i) => {
    const subject = `${name}: attainment`;
    return { ...requirement(`classes.${i}.attainment.all ${bound}`, `${subject} ${bound}`, path), subject };
  });
}

/** Throws Problems at `path`. */
function requirement(text: string, label: string, path: Problem["path"]): Requirement {
  return { ...condition(text, RESULT_WORDS, path), label, path, syntax: syntaxOfKnown(text) };
}
