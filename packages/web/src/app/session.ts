import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Report, ReportWords, Roofline } from "@tokenyard/report";
import type { RanksMemory } from "@tokenyard/simulator";
import type { StudyTable } from "@tokenyard/study";
import type { ClusterMap } from "../map/cluster-map.ts";
import type { Stretch } from "../timeline/raster.ts";
import type { Pool } from "../what-if/pool.ts";
import { WhatIfState } from "../what-if/what-if-state.ts";
import type { SimulatorClient, Wish } from "../worker/client.ts";
import type { Answer, Checked, Latencies, TextProblem, Timeline } from "../worker/messages.ts";
import type { Source } from "../worker/source.ts";
import type { Pair } from "../worker/studies.ts";
import type { Followed } from "./served.ts";

/** A report with its plan. */
export interface Answered {
  readonly report: Report;
  /** Undefined until they are there; the page has the report before. */
  readonly words: ReadonlySignal<ReportWords | undefined>;
  readonly latencies: Latencies;
  /** Undefined of a report that was read from a file. */
  readonly memories?: readonly RanksMemory[];
  readonly roofline?: Roofline;
  readonly source: Source;
  /** Milliseconds from the order to the report; undefined if it was read from a file. */
  readonly tookMs?: number;
}

/** How far a run is; `share` is undefined while it is prepared. */
export interface Running {
  readonly share: number | undefined;
  readonly nowNs: number;
}

export const VIEWS = ["answer", "report", "what-if", "map", "timeline", "study"] as const;
export type View = (typeof VIEWS)[number];

/** After the last key. */
const CHECK_MS = 150;
/** Delay before a check of a large trace. */
const LONG_CHECK_MS = 1_500;
/** Plans that take less run again by themselves when a value changes. */
const SHORT_SECONDS = 4;
/** The state of the page, with the actions of a reader. */
export class Session {
  readonly source: Signal<Source | undefined> = signal(undefined);
  readonly checked: Signal<Checked | undefined> = signal(undefined);
  readonly problems: Signal<readonly TextProblem[]> = signal([]);
  readonly running: Signal<Running | undefined> = signal(undefined);
  readonly answered: Signal<Answered | undefined> = signal(undefined);
  readonly baseline: Signal<Answered | undefined> = signal(undefined);
  readonly timeline: Signal<{ readonly of: Source; readonly timeline: Timeline } | undefined> = signal(undefined);
  readonly map: Signal<{ readonly of: Source; readonly map: ClusterMap } | undefined> = signal(undefined);
  /** The time that the timeline shows; undefined: all of it. */
  readonly stretch: Signal<Stretch | undefined> = signal(undefined);
  readonly study: Signal<{ readonly of: Source; readonly table: StudyTable } | undefined> = signal(undefined);
  readonly comparison: Signal<{ readonly a: Source; readonly b: Source; readonly pair: Pair } | undefined> = signal(undefined);
  /** A study of the server's that is open in place of a plan. */
  readonly followed: Signal<Followed | undefined> = signal(undefined);
  readonly fault: Signal<string | undefined> = signal(undefined);
  /** Reasons why the given files cannot be opened. */
  readonly refused: Signal<readonly TextProblem[]> = signal([]);
  /** Notes on the given files: of a launch, a report, a config. */
  readonly notes: Signal<readonly string[]> = signal([]);
  readonly view: Signal<View> = signal("answer");
  /** Last message for screen readers: the end of a run, problems. */
  readonly news: Signal<string> = signal("");
  /** Whether the shown results belong to another text than the one in the editor. */
  readonly isPale: ReadonlySignal<boolean> = computed(() => {
    const answered = this.answered.value;
    return answered !== undefined && (answered.source !== this.source.value || this.running.value !== undefined);
  });
  readonly whatIf: WhatIfState;
  readonly #client: SimulatorClient;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #check = 0;
  #run = 0;

  constructor(client: SimulatorClient, pool: Pool) {
    this.#client = client;
    this.whatIf = new WhatIfState(client, pool);
  }

  /** Opens `source` as a new plan. */
  open(source: Source): void {
    this.#show(source);
    this.check();
  }

  /** Opens a plan that the reader chose, which runs at once; one that came by a link waits for the reader. */
  openAndRun(source: Source): void {
    this.#show(source);
    this.run();
  }

  /** Discards the state of the plan before. */
  #show(source: Source): void {
    this.stop();
    this.whatIf.clear();
    this.answered.value = undefined;
    this.baseline.value = undefined;
    this.timeline.value = undefined;
    this.map.value = undefined;
    this.stretch.value = undefined;
    this.study.value = undefined;
    this.comparison.value = undefined;
    this.followed.value = undefined;
    this.checked.value = undefined;
    this.problems.value = [];
    this.fault.value = undefined;
    this.refused.value = [];
    this.notes.value = [];
    this.view.value = "answer";
    this.source.value = source;
  }

  /** Sends the Worker a wish without progress. */
  ask(wish: Wish, hear: (answer: Answer) => void): void {
    this.#client.ask(wish, hear);
  }

  /** Closes the plan and shows the gallery. */
  close(): void {
    this.stop();
    this.source.value = undefined;
    this.answered.value = undefined;
    this.timeline.value = undefined;
    this.followed.value = undefined;
    this.problems.value = [];
    this.refused.value = [];
    this.notes.value = [];
  }

  /** The reader has changed the text; it is checked once the hand rests. */
  write(text: string): void {
    const source = this.source.value;
    if (source === undefined || source.text === text) return;
    this.source.value = { ...source, text };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), source.large === undefined ? CHECK_MS : LONG_CHECK_MS);
  }

  /** Shows another text of the plan that is open, as its file has changed, and runs it. */
  replace(source: Source): void {
    this.source.value = source;
    this.run();
  }

  /** Changes one value in the text; a short plan then runs again. `refused` is called where the text cannot have it. */
  edit(path: readonly string[], value: string, refused: () => void = () => {}): void {
    const source = this.source.value;
    if (source === undefined) return;
    this.#client.ask({ kind: "edit", source, path, value }, (answer) => {
      if (answer.kind !== "edited" || this.source.value !== source) return;
      if (answer.text === undefined) {
        this.news.value = `${path.join(".")} comes from a preset or from another file: change it in the text`;
        refused();
        return;
      }
      this.source.value = { ...source, text: answer.text };
      this.check(() => this.runIfShort());
    });
  }

  /** Checks the text; `then` is called where it has no problem. */
  check(then: () => void = () => {}): void {
    clearTimeout(this.#timer);
    const source = this.source.value;
    if (source === undefined) return;
    const id = this.#client.ask({ kind: "check", source }, (answer) => {
      if (id !== this.#check) return;
      if (answer.kind === "checked") {
        this.#pass(answer.checked);
        then();
      } else if (answer.kind === "problems") {
        this.problems.value = answer.problems;
      } else if (answer.kind === "fault") this.fault.value = answer.message;
    });
    this.#check = id;
  }

  #pass(checked: Checked): void {
    this.checked.value = checked;
    this.problems.value = [];
  }

  /** Runs the plan again if one of its reports is shown and the run is short. */
  runIfShort(): void {
    const work = this.checked.value?.workSeconds ?? Number.POSITIVE_INFINITY;
    if (this.answered.value !== undefined && work < SHORT_SECONDS) this.run();
  }

  /** Runs the plan. The last report stays, pale, until the next one is there. */
  run(): void {
    const source = this.source.value;
    if (source === undefined) return;
    clearTimeout(this.#timer);
    const startMs = performance.now();
    const words = signal<ReportWords | undefined>(undefined);
    this.order({ kind: "run", source, perExpert: true }, (answer) => {
      if (answer.kind === "words") words.value = answer.words;
      if (answer.kind !== "result") return;
      const { report, latencies, memories, roofline } = answer;
      this.timeline.value = undefined;
      if (this.answered.value !== undefined) this.stretch.value = undefined;
      this.answered.value = { report, words, latencies, memories, roofline, source, tookMs: performance.now() - startMs };
      this.news.value = report.conclusion.sentences.join(" ");
    });
  }

  stop(): void {
    if (this.running.value !== undefined) this.#client.cancel(this.#run);
  }

  /** Sends an order that shows its progress and can be stopped; `hear` gets its result. */
  order(wish: Wish, hear: (answer: Answer) => void): void {
    this.fault.value = undefined;
    this.running.value = { share: undefined, nowNs: 0 };
    const id = this.#client.ask(wish, (answer) => {
      if (answer.kind === "words") return hear(answer);
      if (id !== this.#run) return;
      if (answer.kind === "started") {
        if (answer.checked !== undefined) this.#pass(answer.checked);
        return;
      }
      if (answer.kind === "progress") {
        this.running.value = { share: answer.requests === 0 ? 0 : answer.finished / answer.requests, nowNs: answer.nowNs };
        return;
      }
      this.running.value = undefined;
      if (answer.kind === "problems") {
        this.problems.value = answer.problems;
        this.news.value = `${answer.problems.length} problems in the text`;
      } else if (answer.kind === "fault") this.fault.value = answer.message;
      else if (answer.kind === "cancelled") this.news.value = "stopped";
      else hear(answer);
    });
    this.#run = id;
  }

  /** Compares every number with those of the report that is shown now. */
  pin(): void {
    this.baseline.value = this.baseline.value === this.answered.value ? undefined : this.answered.value;
  }
}
