import { hashOf, resolvedOf, type Scenario } from "@tokenyard/scenario";
import { differences } from "../terminal/difference.ts";
import { VERSION } from "../terminal/version.ts";

/** Identity of a study: the command, the scenario it started from, and the question. */
export interface StudyHeader {
  readonly version: string;
  readonly command: string;
  readonly name: string;
  readonly hash: string;
  readonly seed: number;
  /** The options that decide which points there are, as JSON can say them. */
  readonly question: Readonly<Record<string, unknown>>;
}

export function studyHeader(command: string, scenario: Scenario, question: StudyHeader["question"]): StudyHeader {
  const { name, seed } = scenario;
  return { version: VERSION, command, name, hash: hashOf(resolvedOf(scenario)), seed, question: JSON.parse(JSON.stringify(question)) };
}

/** Why a file with the header `kept` cannot go on with the study of `asked`; undefined when it can. The name may differ. */
export function otherStudy(kept: StudyHeader, asked: StudyHeader): string | undefined {
  if (kept.version !== asked.version) return `made by tokenyard ${kept.version}, this is ${asked.version}; wanted another file`;
  if (kept.command !== asked.command) return `holds a study by ${kept.command}, not by ${asked.command}; wanted another file`;
  const [difference] = differences({ ...kept, name: "" }, { ...asked, name: "" }, 1);
  if (difference === undefined) return undefined;
  const { path, kept: there, now } = difference;
  if (path === "hash" && kept.command === "accuracy") return `holds other measured runs, those of ${kept.name}; wanted another file`;
  if (path === "hash") return `holds a study of another scenario, ${kept.name}; wanted another file`;
  if (path === "question.formula")
    return `holds a search of ${kept.name} ${there === false ? "with" : "without"} --no-formula; wanted the same here, or another file`;
  const text = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  return `holds another study of ${kept.name}: ${path.replace(/^question\./, "")} is ${text(there)} there and ${text(now)} here; wanted another file`;
}
