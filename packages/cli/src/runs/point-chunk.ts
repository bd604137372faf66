import type { ReadPieces, Scenario } from "@tokenyard/scenario";
import { changedPoint, type Point, runPoint, type Simulate, scenarioChanger } from "@tokenyard/study";
import type { AllowedPlugin } from "../plugins/loaded-plugins.ts";
import { ThreadPlugins, withPluginsHere } from "../plugins/thread-plugins.ts";
import { AT_NONE } from "./in-flight-points.ts";
import { type RunSources, reportingRuns } from "./reporting-run.ts";

/** Points for a thread in one message. */
export interface PointChunk {
  /** Each with its scenario, or with the number of the base whose parameters are to be set. */
  readonly points: readonly (Point | UnmadePoint)[];
  /** Bases that the thread may not know yet, by their numbers. */
  readonly bases: ReadonlyMap<number, Scenario>;
  /** Plug-ins whose words the scenarios use. */
  readonly plugins?: readonly AllowedPlugin[];
}

export interface UnmadePoint extends Pick<Point, "index" | "parameters"> {
  readonly base: number;
}

type Change = ReturnType<typeof scenarioChanger>;

/** Most base scenarios to keep: a study has one, and a thread serves few studies at once. */
const MOST_BASES = 8;

/** Runs chunks in one thread, which remembers the bases that it got. */
export class ChunkRunner {
  readonly #readPieces: ReadPieces;
  readonly #simulate: Simulate;
  readonly #known = new Map<number, { readonly base: Scenario; readonly change: Change }>();

  readonly #plugins = new ThreadPlugins();
  readonly #report: (worth: number) => void;
  /** Points of the chunk that have ended. */
  #ended = 0;

  /**
   * `sources`: bytes of the files that the scenarios name, and tables that runs share. `report` receives the progress of a chunk, in
   * points.
   */
  constructor(sources: RunSources, report: (worth: number) => void) {
    this.#readPieces = sources.readPieces;
    this.#report = report;
    this.#simulate = reportingRuns(sources, (share) => report(this.#ended + share));
  }

  /** The results of the points as one text, a line of JSON each, which crosses threads faster than they do; undefined where a base is not known. */
  async run({ points, bases, plugins }: PointChunk): Promise<string | undefined> {
    const words = await this.#plugins.of(plugins);
    for (const [number, base] of bases) this.#learn(number, withPluginsHere(base, words));
    const made = points.map((point) =>
      "base" in point ? this.#made(point) : { ...point, scenario: withPluginsHere(point.scenario, words) },
    );
    if (made.includes(undefined)) return undefined;
    const rows: string[] = [];
    for (this.#ended = 0; this.#ended < made.length; this.#ended++) {
      this.#report(this.#ended);
      rows.push(JSON.stringify(await runPoint(made[this.#ended]!, this.#simulate)));
    }
    this.#report(AT_NONE);
    return rows.join("\n");
  }

  #learn(number: number, base: Scenario): void {
    this.#known.delete(number);
    this.#known.set(number, { base, change: scenarioChanger(base, this.#readPieces) });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_BASES) this.#known.delete(oldest!);
  }

  #made({ index, parameters, base: number }: UnmadePoint): Point | undefined {
    const known = this.#known.get(number);
    return known && changedPoint(index, parameters, known.base, known.change);
  }
}
