import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Report } from "@tokenyard/report";
import { loadScenario, type Scenario } from "@tokenyard/scenario";
import {
  CaseBook,
  constraintBounds,
  constraintJudge,
  meetsTargets,
  type StudyGoal,
  type StudyTable,
  studyTable,
  tableFormulas,
  targetBounds,
} from "@tokenyard/study";
import { stringify } from "yaml";
import { BadInput } from "../outcomes/bad-input.ts";
import { headerIn, pointResultOf } from "../results/study-file.ts";
import type { StudyHeader } from "../results/study-header.ts";
import { searchFormulas } from "../studies/search-plan.ts";
import { studyView } from "../studies/study-view.ts";
import { Database, LOCKED } from "../tables/database.ts";

/** How far a study is. */
export interface StudyState {
  /** The file as it was given. */
  readonly file: string;
  /** `sweep` or `optimize`. */
  readonly command: string;
  readonly name: string;
  /** Another process writes it. */
  readonly isRunning: boolean;
  readonly points: number;
  readonly ok: number;
  readonly infeasible: number;
  readonly failed: number;
}

/** A study file that another process may be writing: it is read from a copy, as one process at a time may have the file itself. */
export class FollowedStudy {
  readonly #file: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "tokenyard-serve-"));
  #state: StudyState | undefined;
  #table: StudyTable | undefined;
  #copy: Database | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** State at the last read; undefined before it. */
  get state(): StudyState | undefined {
    return this.#state;
  }

  /** Points of the study as a table; undefined until one has ended. */
  get table(): StudyTable | undefined {
    return this.#table;
  }

  /** The files whose change is a change of the study. */
  get files(): readonly string[] {
    return [this.#file, `${this.#file}.wal`];
  }

  /** Reads the file again. Throws BadInput where it is no study, or was caught while its writer tidies it up: the next look may succeed. */
  async look(): Promise<void> {
    const isRunning = await isLocked(this.#file);
    this.#copy?.close();
    this.#copy = undefined;
    const copy = join(this.#folder, "study.duckdb");
    for (const [from, to] of this.files.map((path) => [path, path.replace(this.#file, copy)] as const)) {
      rmSync(to, { force: true });
      if (existsSync(from)) copyFileSync(from, to);
    }
    const database = await Database.open(copy, "read", this.#file);
    this.#copy = database;
    const header = await headerIn(database);
    const counts = await database.rows("SELECT status, count(*) FROM points GROUP BY status");
    const of = (status: string) => Number(counts.find(([each]) => each === status)?.[1] ?? 0);
    const points = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    const { command, name } = header;
    this.#table = of("ok") === 0 ? undefined : await tableOf(database, header, this.#file);
    this.#state = {
      file: this.#file,
      command,
      name,
      isRunning,
      points,
      ok: of("ok"),
      infeasible: of("infeasible"),
      failed: of("failed"),
    };
  }

  /** The scenario of the first point with `index` that ran, with every default, as YAML; undefined where there is none. */
  async scenarioOf(index: number): Promise<string | undefined> {
    const [row] =
      (await this.#copy?.rows("SELECT report->'$.scenario.resolved' FROM points WHERE index = $1 AND status = 'ok' ORDER BY row LIMIT 1", [
        BigInt(index),
      ])) ?? [];
    return row === undefined ? undefined : stringify(JSON.parse(String(row[0])));
  }

  /** Removes its copy. */
  close(): void {
    this.#copy?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Whether another process writes to the study at `file`. Throws BadInput for other files. */
async function isLocked(file: string): Promise<boolean> {
  try {
    (await Database.open(file, "read")).close();
    return false;
  } catch (error) {
    if (error instanceof BadInput && error.problems.some(({ message }) => message === LOCKED)) return true;
    throw error;
  }
}

/** The points of a study as `--html` shows them. Reports are read one after the other, and none is kept. */
async function tableOf(database: Database, { command, name, question }: StudyHeader, file: string): Promise<StudyTable> {
  const [[first] = []] = await database.rows("SELECT report FROM points WHERE status = 'ok' ORDER BY index, row LIMIT 1");
  const { resolved } = (JSON.parse(String(first)) as Report).scenario;
  const { scenario } = loadScenario(stringify(resolved), { path: `${name}.yaml`, read: () => "" });
  const { formulas: shown, goals, demands, bounds, meets } = viewOf(scenario, question as Partial<Question>);
  const formulas = tableFormulas(shown);
  const book = new CaseBook(formulas, (question as Partial<Question>).replications ?? 1, meets);
  const { rows } = await database.stream(
    "SELECT index, parameters, status, reason, report FROM points WHERE status <> 'beaten' ORDER BY index, row",
  );
  for await (const some of rows) for (const row of some) book.add(pointResultOf(row));
  book.end();
  const title = `${command === "optimize" ? "optimum" : command} of ${name}`;
  return studyTable(book.cases, { title, file: basename(file), goals, shown: shown.length, formulas, demands, bounds });
}

/** Question of a study, as its file keeps it. */
interface Question {
  /** Objectives of a search. */
  readonly objectives: readonly { readonly text: string; readonly better: StudyGoal["better"] }[];
  readonly subjectTo: readonly string[];
  readonly targets: boolean;
  /** Replications of a sweep. */
  readonly replications: number;
}

/** Columns of a table and demands on its points, as in the command that runs the study. */
function viewOf(scenario: Scenario, { objectives, ...asked }: Partial<Question>) {
  const [first, second] = objectives ?? [];
  if (objectives === undefined || first === undefined) {
    const demands = Object.keys(scenario.targets).length > 0 ? ("targets" as const) : undefined;
    return { ...studyView(scenario, {}, []), demands, bounds: targetBounds(scenario), meets: meetsTargets };
  }
  const goals = [
    { at: 0, better: first.better },
    { at: 1, better: second?.better ?? "less" },
  ] as const;
  const formulas = searchFormulas(scenario, { objectives, ...asked });
  const [bounds, meets] = [constraintBounds(scenario, asked), constraintJudge(scenario, asked)];
  return { formulas, goals, demands: "constraints" as const, bounds, meets };
}
