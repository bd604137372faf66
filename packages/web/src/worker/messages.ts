import type { Distributions, Report, ReportWords, Roofline, Spans, TimelineFacts } from "@tokenyard/report";
import type { RanksMemory } from "@tokenyard/simulator";
import type { ParameterValue, PointResult, StudyTable, TriedValue, WhatIf } from "@tokenyard/study";
import type { SchemaNode } from "../editor/alternatives.ts";
import type { Field } from "../fields/field.ts";
import type { ClusterMap } from "../map/cluster-map.ts";
import type { Opened } from "../open/opened.ts";
import type { RowColumns } from "../timeline/lane-index.ts";
import type { RequestTracks } from "../timeline/requests/request-tracks.ts";
import type { KnobOffer } from "../what-if/knob-offer.ts";
import type { Source } from "./source.ts";
import type { Pair } from "./studies.ts";

/** Orders of the page to the Worker. Ids rise; an answer to an older order of the same kind is dropped. */
export type Order =
  | { readonly kind: "check"; readonly id: number; readonly source: Source }
  | { readonly kind: "run"; readonly id: number; readonly source: Source; readonly perExpert?: boolean }
  | { readonly kind: "spans"; readonly id: number; readonly source: Source; readonly most: number; readonly open: OpenGroups }
  | { readonly kind: "edit"; readonly id: number; readonly source: Source; readonly path: readonly string[]; readonly value: string }
  | { readonly kind: "sweep"; readonly id: number; readonly source: Source }
  | { readonly kind: "point"; readonly id: number; readonly source: Source; readonly set: readonly string[] }
  | { readonly kind: "compare"; readonly id: number; readonly source: Source; readonly baseline: Source; readonly replications: number }
  | { readonly kind: "open"; readonly id: number; readonly files: readonly File[]; readonly open: Source | undefined }
  | { readonly kind: "map"; readonly id: number; readonly source: Source; readonly horizonSeconds: number }
  | { readonly kind: "knobs"; readonly id: number; readonly source: Source; readonly schema: SchemaNode }
  | { readonly kind: "what-if"; readonly id: number; readonly source: Source; readonly asked: AskedSlider; readonly workers: number }
  | { readonly kind: "value"; readonly id: number; readonly source: Source; readonly path: string; readonly value: ParameterValue }
  | { readonly kind: "found"; readonly id: number; readonly of: number; readonly run: number; readonly row: PointResult | undefined }
  | { readonly kind: "cancel"; readonly id: number };

/** The key that a slider varies, with the ends that the reader wants, if any. */
export interface AskedSlider {
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
  /** The words that it may have, where it is no number. */
  readonly words?: readonly string[] | undefined;
}

/** First ranks of the stages whose ranks all have lanes, or all of them; of the others the first rank has. */
export type OpenGroups = readonly number[] | "all";

/** A mistake in the text, and where it is. */
export interface TextProblem {
  readonly message: string;
  /** Line and column from 1 in the text of the order; undefined where it is in another file, or nowhere. */
  readonly at?: { readonly line: number; readonly column: number };
  /** `deployment.yaml:14:12`; empty where nothing was written. */
  readonly place: string;
}

/** Facts on a plan that are known before it runs. */
export interface Checked {
  readonly name: string;
  readonly gpus: number;
  readonly nodes: number;
  /** Bytes on the fullest GPU. */
  readonly memory: { readonly reserved: number; readonly limit: number };
  readonly warnings: readonly string[];
  /** Seconds of one core that a run is expected to take, within a factor of three. */
  readonly workSeconds: number;
  /** Paths that the scenario's own sweep varies; empty without one. */
  readonly swept: readonly string[];
  readonly fields: readonly Field[];
}

export type Latencies = Distributions["latencies"];

/** Spans of some ranks, with the meanings of their columns. */
export interface Timeline extends TimelineFacts {
  readonly spans: Spans;
  /** Spans by rank and lane: two rows a rank. */
  readonly index: RowColumns;
  readonly open: OpenGroups;
  readonly requests: RequestTracks | undefined;
}

export type Answer =
  | { readonly kind: "checked"; readonly id: number; readonly checked: Checked }
  | { readonly kind: "problems"; readonly id: number; readonly problems: readonly TextProblem[] }
  /** `checked`: of a run, as a check has it. */
  | { readonly kind: "started"; readonly id: number; readonly requests: number; readonly checked?: Checked }
  | { readonly kind: "progress"; readonly id: number; readonly finished: number; readonly requests: number; readonly nowNs: number }
  | {
      readonly kind: "result";
      readonly id: number;
      readonly report: Report;
      readonly latencies: Latencies;
      readonly memories: readonly RanksMemory[];
      readonly roofline: Roofline;
    }
  /** Follows a result. */
  | { readonly kind: "words"; readonly id: number; readonly words: ReportWords }
  | { readonly kind: "timeline"; readonly id: number; readonly timeline: Timeline }
  | { readonly kind: "map"; readonly id: number; readonly map: ClusterMap }
  | { readonly kind: "opened"; readonly id: number; readonly opened: Opened }
  | { readonly kind: "edited"; readonly id: number; readonly text: string | undefined }
  | { readonly kind: "study"; readonly id: number; readonly table: StudyTable }
  | { readonly kind: "point"; readonly id: number; readonly text: string }
  | { readonly kind: "comparison"; readonly id: number; readonly pair: Pair }
  | { readonly kind: "knobs"; readonly id: number; readonly knobs: readonly KnobOffer[] }
  | { readonly kind: "wanted"; readonly id: number; readonly run: number; readonly path: string; readonly value: ParameterValue }
  | { readonly kind: "tried"; readonly id: number; readonly tried: TriedValue; readonly most: number }
  | { readonly kind: "what-if"; readonly id: number; readonly found: WhatIf }
  | { readonly kind: "row"; readonly id: number; readonly row: PointResult }
  | { readonly kind: "cancelled"; readonly id: number }
  | { readonly kind: "fault"; readonly id: number; readonly message: string };
