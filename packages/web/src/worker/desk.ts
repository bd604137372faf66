import { type Report, rankGroups, reportWords, shownRanks, summarize, timelineFacts } from "@tokenyard/report";
import {
  messageOf,
  type Place,
  type Problem,
  Problems,
  placeText,
  resolvedOf,
  type Sources,
  scenarioJsonSchema,
  targetsOf,
} from "@tokenyard/scenario";
import { inSlices, inspect, prepare, type Setup, type Simulation, start, TooManySpans } from "@tokenyard/simulator";
import { editedText } from "../fields/edited-text.ts";
import { fieldsOf } from "../fields/field.ts";
import { mapping } from "../map/cluster-map.ts";
import { openedFrom } from "../open/opened.ts";
import { timelineOf } from "../timeline/timeline-of.ts";
import type { Checked, Order, TextProblem, Timeline } from "./messages.ts";
import { SliderDesk } from "./slider-desk.ts";
import { knobsOf, valueRow } from "./sliders.ts";
import { loadedSource } from "./source.ts";
import { pairOf, pointText, type StudyTools, sweepTable } from "./studies.ts";
import type { Surroundings } from "./surroundings.ts";

/** Between two answers that say how far a run is. */
const PROGRESS_MS = 100;
/** Length of a slice: the longest that another order waits, unless a single event takes longer. */
const SLICE_MS = 16;

/** The order that a run belongs to was withdrawn. */
class Cancelled extends Error {}

/** Carries out orders; a check or a cancellation is heard between the slices of a run. */
export class Desk {
  readonly #around: Surroundings;
  readonly #sliders: SliderDesk;
  /** The run that may go on. */
  #running = -1;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#sliders = new SliderDesk(around);
  }

  /** Answers `order`; never rejects, as the page would wait for ever. */
  async take(order: Order): Promise<void> {
    const { id } = order;
    let sources: Sources | undefined;
    try {
      if (order.kind === "cancel") {
        if (this.#running === id) this.#running = -1;
        return this.#sliders.stop(id);
      }
      if (order.kind === "schema") return this.#around.post({ kind: "schema", id, schema: scenarioJsonSchema() });
      if (order.kind === "edit")
        return this.#around.post({ kind: "edited", id, text: editedText(order.source.text, order.path, order.value) });
      if (order.kind === "open") return this.#around.post({ kind: "opened", id, opened: await openedFrom(order.files, order.open) });
      if (order.kind === "found") return this.#sliders.hear(order);
      if (order.kind === "what-if") return await this.#sliders.take(order);
      if (order.kind === "knobs") return this.#around.post({ kind: "knobs", id, knobs: knobsOf(order.source, this.#around.readBlob) });
      if (order.kind === "value") {
        const row = await valueRow(order.source, order.path, order.value, this.#around.readBlob);
        return this.#around.post({ kind: "row", id, row });
      }
      if (order.kind !== "check") this.#running = id;
      const { readBlob } = this.#around;
      const loaded = loadedSource(order.source, readBlob);
      sources = loaded.sources;
      if (order.kind === "point") return this.#around.post({ kind: "point", id, text: pointText(order.source, order.set, readBlob) });
      if (order.kind === "sweep") return this.#around.post({ kind: "study", id, table: await sweepTable(order.source, this.#toolsOf(id)) });
      if (order.kind === "compare") {
        const { source, baseline, replications } = order;
        return this.#around.post({ kind: "comparison", id, pair: await pairOf(baseline, source, replications, this.#toolsOf(id)) });
      }
      const setup = prepare(loaded.scenario, { readPieces: loaded.readPieces });
      if (order.kind === "check") return this.#around.post({ kind: "checked", id, checked: checkedOf(setup) });
      if (order.kind === "run") return await this.#run(order, setup);
      if (order.kind === "map") return await this.#map(order, setup);
      return await this.#spans(order, setup);
    } catch (error) {
      if (error instanceof Cancelled) this.#around.post({ kind: "cancelled", id });
      else if (error instanceof Problems)
        this.#around.post({
          kind: "problems",
          id,
          problems: textProblems(error.problems, sources, "source" in order ? order.source.path : ""),
        });
      else this.#around.post({ kind: "fault", id, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  async #run({ id, perExpert = false }: Extract<Order, { kind: "run" }>, setup: Setup): Promise<void> {
    const run = start(setup);
    await this.#advance(id, run);
    const { distributions, ...rest } = summarize(run.recording(), targetsOf(setup.scenario), { distributions: true, perExpert });
    const report = rest as Report;
    this.#around.post({ kind: "result", id, report, words: reportWords(report), latencies: distributions!.latencies });
  }

  async #map({ id, horizonSeconds }: Extract<Order, { kind: "map" }>, setup: Setup): Promise<void> {
    const { options, made } = mapping(setup, horizonSeconds * 1e9);
    const run = start(setup, options);
    await this.#advance(id, run);
    const map = made(run.recording());
    const columns = [map.stopped, map.endNs, ...map.columns.map(({ values }) => values)];
    this.#around.post({ kind: "map", id, map }, [...new Set(columns.map(({ buffer }) => buffer))]);
  }

  /** Spans of the ranks that are shown from the start of the run on, as many as there is room for. */
  async #spans({ id, source, most, open }: Extract<Order, { kind: "spans" }>, given: Setup): Promise<void> {
    let setup = given;
    const groups = rankGroups(setup);
    const ranks = shownRanks(groups, open);
    for (let toNs = Number.MAX_SAFE_INTEGER; ; ) {
      const run = start(setup, { spans: { fromNs: 0, toNs, ranks, most } });
      try {
        await this.#advance(id, run);
      } catch (error) {
        if (!(error instanceof TooManySpans)) throw error;
        toNs = Math.ceil(run.progress().nowNs * 0.8);
        const { scenario, readPieces } = loadedSource(source, this.#around.readBlob);
        setup = prepare(scenario, { readPieces }); // a setup is used once
        continue;
      }
      const recording = run.recording();
      const { spans, requestSpans } = recording;
      const facts = timelineFacts(recording, { groups, ranks, fromNs: 0, toNs });
      const timeline = timelineOf(facts, { spans: spans!, requestSpans }, open);
      return this.#around.post({ kind: "timeline", id, timeline }, buffersOf(timeline));
    }
  }

  /** Tools of a study, which continues until its order is withdrawn or a newer one is carried out. */
  #toolsOf(id: number): StudyTools {
    return {
      readBlob: this.#around.readBlob,
      pause: async () => {
        await this.#around.pause();
        if (this.#running !== id) throw new Cancelled();
      },
      onProgress: (finished, requests) => this.#around.post({ kind: "progress", id, finished, requests, nowNs: 0 }),
    };
  }

  async #advance(id: number, run: Simulation): Promise<void> {
    const { nowMs } = this.#around;
    this.#around.post({ kind: "started", id, requests: run.progress().requests });
    let lastMs = nowMs();
    const between = (ms: number) => {
      if (ms - lastMs < PROGRESS_MS) return;
      lastMs = ms;
      const { finished, requests, nowNs } = run.progress();
      this.#around.post({ kind: "progress", id, finished, requests, nowNs });
    };
    const pause = async () => {
      await this.#around.pause();
      if (this.#running !== id) throw new Cancelled();
    };
    await inSlices(run, { nowMs: () => nowMs(), pause, between, sliceMs: SLICE_MS });
  }
}

function checkedOf(setup: Setup): Checked {
  const { plan, memory, warnings, workSeconds } = inspect(setup);
  const { scenario } = setup;
  return {
    name: scenario.name,
    gpus: plan.ranks,
    nodes: plan.nodes,
    memory: { reserved: memory.reserved, limit: memory.limit },
    warnings: warnings.map(({ code, message }) => `${code}: ${message}`),
    workSeconds,
    swept: Object.keys(scenario.sweep?.vary ?? {}),
    fields: fieldsOf(resolvedOf(scenario)),
  };
}

/** Buffers of a timeline, which are transferred rather than copied. */
function buffersOf({ spans, index, requests }: Timeline): ArrayBufferLike[] {
  const columns = [spans, index, requests, requests?.index].flatMap((each) => Object.values(each ?? {}));
  return [...new Set(columns.flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer] : [])))];
}

function textProblems(problems: readonly Problem[], sources: Sources | undefined, path: string): TextProblem[] {
  return problems.map((problem) => {
    const place = problem.place ?? sources?.locate(problem.path);
    const at = placeIn(place, path);
    return { message: messageOf(problem), place: place === undefined ? "" : placeText(place), ...(at === undefined ? {} : { at }) };
  });
}

function placeIn(place: Place | undefined, path: string): TextProblem["at"] {
  return place !== undefined && "file" in place && place.file === path ? { line: place.line, column: place.column } : undefined;
}
