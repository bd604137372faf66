import { existsSync, statSync } from "node:fs";
import { type GivenSource, givenSources } from "../files/given-sources.ts";
import { BadInput } from "../outcomes/bad-input.ts";
import { UnreadableFile } from "../scenarios/scenario-text.ts";
import { plainProblem } from "../terminal/located-problem.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { kindOf } from "./file-kind.ts";
import { FollowedStudy } from "./followed-study.ts";
import { type Answerable, assetOf, OPEN_METRICS } from "./page-assets.ts";

/** Paths that are answered beside the files of the page. */
const STUDY = /^\/study-(\d{1,3})\.json$/;
const POINT = /^\/study-(\d{1,3})\/point-(\d{1,15})\.json$/;

/** Changes since the last look. */
export interface Changes {
  readonly texts: boolean;
  /** Studies, by their place. */
  readonly studies: readonly number[];
}

/** The files that the command line named: texts that the page opens, studies that it follows, and the metrics of a finished run. */
export class ServedFiles {
  readonly #terminal: Terminal;
  readonly #texts: readonly string[];
  readonly #studies: readonly FollowedStudy[];
  readonly #metrics: readonly string[];
  readonly #stamps = new Map<string, string>();
  #sources: readonly GivenSource[] = [];

  constructor(files: readonly string[], terminal: Terminal) {
    const of = (kind: ReturnType<typeof kindOf>) => files.filter((file) => kindOf(file) === kind);
    this.#terminal = terminal;
    this.#texts = of("text");
    this.#studies = of("study").map((file) => new FollowedStudy(file));
    this.#metrics = of("metrics");
  }

  /** Reads all of them. Throws BadInput for one that cannot be read. */
  async read(): Promise<void> {
    await this.#readTexts();
    for (const study of this.#studies) await this.#look(study);
  }

  /** Reads the changes. A file that is being written may be unreadable now: the next look reads it. */
  async look(): Promise<Changes> {
    const isStale = (path: string) => this.#stamps.get(path) !== stampOf(path);
    const ofStudies = new Set(this.#studies.flatMap(({ files }) => files));
    const texts = [...this.#stamps.keys()].filter((path) => !ofStudies.has(path)).some(isStale);
    const studies: number[] = [];
    let read = false;
    if (texts) read = await passing(() => this.#readTexts());
    for (const [at, study] of this.#studies.entries())
      if (study.files.some(isStale) && (await passing(() => this.#look(study)))) studies.push(at);
    return { texts: read, studies };
  }

  /** The texts that the page opens. */
  get sources(): readonly GivenSource[] {
    return this.#sources;
  }

  /** The texts that the page opens, and how far each study is. */
  list(): object {
    return { files: this.#sources, studies: this.#studies.map(({ state }) => state) };
  }

  /** How far study `at` is. */
  stateOf(at: number): object | undefined {
    return this.#studies[at]?.state;
  }

  /** Answer for `path`: names in it are numbers only, and none reaches the file system. Undefined for none. */
  async answer(path: string): Promise<Answerable | undefined> {
    if (path === "/files.json") return json(this.list());
    if (path === "/metrics") return this.#newestMetrics();
    const study = this.#studies[Number(STUDY.exec(path)?.[1] ?? -1)];
    if (study !== undefined) return json({ state: study.state, table: study.table ?? null });
    const [, at = -1, index = -1] = POINT.exec(path) ?? [];
    const text = await this.#studies[Number(at)]?.scenarioOf(Number(index));
    return text === undefined ? undefined : json({ text });
  }

  /** Closes the copies of study files. */
  close(): void {
    for (const study of this.#studies) study.close();
  }

  async #readTexts(): Promise<void> {
    try {
      this.#sources = await givenSources(this.#texts, this.#terminal, (path) => void this.#stamps.set(path, stampOf(path)));
    } catch (error) {
      if (error instanceof UnreadableFile) throw new BadInput([plainProblem(error.file, error.message)]);
      throw error;
    }
  }

  async #look(study: FollowedStudy): Promise<void> {
    const stamps = study.files.map((path) => [path, stampOf(path)] as const);
    await study.look();
    for (const [path, stamp] of stamps) this.#stamps.set(path, stamp); // later changes are seen at the next look
  }

  /** The file of the run that finished last. */
  #newestMetrics(): Answerable | undefined {
    const there = this.#metrics.filter((path) => existsSync(path)).map((path) => [path, statSync(path).mtimeMs] as const);
    const [newest] = there.toSorted((a, b) => b[1] - a[1]);
    return newest === undefined ? undefined : { type: OPEN_METRICS, file: newest[0] };
  }
}

function json(tree: object): Answerable {
  return assetOf(Buffer.from(JSON.stringify(tree)), "application/json; charset=utf-8");
}

/** Whether `work` was done; a file that is not readable now may be so at the next look. */
async function passing(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof BadInput) return false;
    throw error;
  }
}

function stampOf(path: string): string {
  const { ino, size, mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { ino: 0, size: -1, mtimeMs: 0 };
  return `${ino} ${size} ${mtimeMs}`;
}
