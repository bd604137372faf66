import { messageOf, type Place, type Problem, Problems, placeText, resolvedOf, type Sources } from "@tokenyard/scenario";
import { inSlices, inspect, prepare, type Setup, type Simulation } from "@tokenyard/simulator";
import { editedText } from "../fields/edited-text.ts";
import { fieldsOf } from "../fields/field.ts";
import type { Checked, Order, TextProblem } from "./messages.ts";
import { SliderDesk } from "./slider-desk.ts";
import { loadedSource, type Source } from "./source.ts";
import type { StudyTools } from "./studies.ts";
import type { Surroundings } from "./surroundings.ts";

/** Between two answers that say how far a run is. */
const PROGRESS_MS = 100;
/** Length of a slice: the longest that another order waits, unless a single event takes longer. */
const SLICE_MS = 16;

/** The order that a run belongs to was withdrawn. */
class Cancelled extends Error {}

/** Carries out orders; a check or a cancellation is heard between the slices of a run. What a check does not take is loaded when it is asked for. */
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
      if (order.kind === "edit")
        return this.#around.post({ kind: "edited", id, text: editedText(order.source.text, order.path, order.value) });
      if (order.kind === "open") {
        const { openedFrom } = await import("../open/opened.ts");
        return this.#around.post({ kind: "opened", id, opened: await openedFrom(order.files, order.open) });
      }
      if (order.kind === "found") return this.#sliders.hear(order);
      for (const source of sourcesOf(order)) await this.#around.loadReaders(source);
      if (order.kind === "what-if") return await this.#sliders.take(order);
      if (order.kind === "knobs") {
        const { knobsOf } = await import("./sliders.ts");
        return this.#around.post({ kind: "knobs", id, knobs: knobsOf(order.source, order.schema, this.#around.readBlob) });
      }
      if (order.kind === "value") {
        const { valueRow } = await import("./sliders.ts");
        const row = await valueRow(order.source, order.path, order.value, this.#around.readBlob);
        return this.#around.post({ kind: "row", id, row });
      }
      if (order.kind !== "check") this.#running = id;
      const { readBlob } = this.#around;
      const loaded = loadedSource(order.source, readBlob);
      sources = loaded.sources;
      if (order.kind === "point" || order.kind === "sweep" || order.kind === "compare") return await this.#study(order);
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

  async #study(order: Extract<Order, { kind: "point" | "sweep" | "compare" }>): Promise<void> {
    const { id, source } = order;
    const { post, readBlob } = this.#around;
    const { pairOf, pointText, sweepTable } = await import("./studies.ts");
    if (order.kind === "point") post({ kind: "point", id, text: pointText(source, order.set, readBlob) });
    else if (order.kind === "sweep") post({ kind: "study", id, table: await sweepTable(source, this.#toolsOf(id)) });
    else post({ kind: "comparison", id, pair: await pairOf(order.baseline, source, order.replications, this.#toolsOf(id)) });
  }

  async #run({ id, perExpert = false }: Extract<Order, { kind: "run" }>, setup: Setup): Promise<void> {
    const { post } = this.#around;
    const { resultOf, start } = await import("./result.ts");
    const run = start(setup);
    await this.#advance(id, run, checkedOf(setup));
    const result = resultOf(run.recording(), setup, perExpert);
    post({ kind: "result", id, ...result });
    const { reportWords } = await import("./words.ts");
    post({ kind: "words", id, words: reportWords(result.report) });
  }

  async #map({ id, horizonSeconds }: Extract<Order, { kind: "map" }>, setup: Setup): Promise<void> {
    const { mapFor } = await import("./pictures.ts");
    const { map, buffers } = await mapFor(setup, horizonSeconds * 1e9, (run) => this.#advance(id, run));
    this.#around.post({ kind: "map", id, map }, buffers);
  }

  async #spans(order: Extract<Order, { kind: "spans" }>, setup: Setup): Promise<void> {
    const { timelineFor } = await import("./pictures.ts");
    const { id } = order;
    const { timeline, buffers } = await timelineFor(order, setup, this.#around.readBlob, (run) => this.#advance(id, run));
    this.#around.post({ kind: "timeline", id, timeline }, buffers);
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

  async #advance(id: number, run: Simulation, checked?: Checked): Promise<void> {
    const { nowMs } = this.#around;
    this.#around.post({ kind: "started", id, requests: run.progress().requests, ...(checked && { checked }) });
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

function sourcesOf(order: Order): readonly Source[] {
  return [...("source" in order ? [order.source] : []), ...("baseline" in order ? [order.baseline] : [])];
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
