import type { ParameterValue } from "../points/point.ts";
import type { PointResult } from "../points/point-result.ts";
import type { Slider } from "./slider.ts";
import type { Turn } from "./turn.ts";

/** Answers of a plan along one of its keys. Plain data. */
export interface WhatIf {
  readonly slider: Slider;
  /** Values with their rows: those of the slider and those that locate a turn, in the order of the slider. */
  readonly points: readonly TriedValue[];
  readonly turns: readonly Turn[];
  readonly sentences: readonly string[];
  /** Whether the study was stopped before its end. */
  readonly isPart: boolean;
}

export interface TriedValue {
  readonly value: ParameterValue;
  /** Number of the value, in the unit of its path; null for a word. */
  readonly number: number | null;
  /** The value in a sentence: a plain number or a word follows its key. */
  readonly label: string;
  readonly row: PointResult;
  /** Whether it is a value of the slider, so that a sweep over the slider's values has this row. */
  readonly isGiven: boolean;
}
