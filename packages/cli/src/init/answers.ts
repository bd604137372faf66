import { existsSync } from "node:fs";
import { nearest, PRESETS, parseQuantity } from "@tokenyard/scenario";
import { type LocatedProblem, plainProblem, wrongValue } from "../terminal/located-problem.ts";
import { modelSource } from "./model-source.ts";

/** Answers for a new scenario, as text. */
export interface Answers {
  readonly model: string;
  readonly gpu: string;
  /** Empty: the fewest that hold the model. */
  readonly gpus: string;
  readonly rate: string;
  readonly prompt: string;
  readonly output: string;
  readonly ttft: string;
  readonly tpot: string;
}

export type AnswerName = keyof Answers;

/** A question of `init`: its option has the same name. */
export interface Question {
  readonly text: string;
  /** The answer where none is given. */
  readonly usual: string;
  /** Problem of an answer; undefined for a legal one. */
  problem(answer: string): Pick<LocatedProblem, "message" | "suggestion"> | undefined;
}

export const MODELS: readonly string[] = Object.keys(PRESETS.model);
export const GPUS: readonly string[] = Object.keys(PRESETS.gpu);

/** Questions in the order in which they are asked. */
export const QUESTIONS: Readonly<Record<AnswerName, Question>> = {
  model: {
    text: "Model: a preset, a name such as Qwen/Qwen3-32B, or a config.json or its folder",
    usual: "llama-3.1-8b",
    problem: (answer) => {
      if (modelSource(answer) !== undefined) return undefined;
      return /\.json$/.test(answer) ? fileProblem(answer) : oneOf(answer, MODELS);
    },
  },
  gpu: { text: "GPU preset", usual: "h100-sxm", problem: (answer) => oneOf(answer, GPUS) },
  gpus: {
    text: "Number of GPUs (empty: the fewest that hold the model)",
    usual: "",
    problem: (answer) => (answer === "" ? undefined : whole(answer, 4096)),
  },
  rate: {
    text: "Request rate",
    usual: "4 requests/s",
    problem: (answer) => {
      const rate = parseQuantity(answer, "requests/s");
      if (typeof rate === "number" && rate > 0) return undefined;
      return wrong(answer, "a rate, such as '4 requests/s'");
    },
  },
  prompt: { text: "Mean prompt tokens", usual: "600", problem: (answer) => whole(answer, 1e6) },
  output: { text: "Mean output tokens", usual: "180", problem: (answer) => whole(answer, 1e6) },
  ttft: { text: "Target for the time to first token of 99 % of the requests", usual: "1 s", problem: time },
  tpot: { text: "Target for the time per output token of 99 % of the requests", usual: "50 ms", problem: time },
};

export const ANSWER_NAMES = Object.keys(QUESTIONS) as AnswerName[];

function wrong(given: string, wanted: string) {
  return wrongValue("", "", given, wanted);
}

function oneOf(answer: string, names: readonly string[]) {
  if (names.includes(answer)) return undefined;
  return { ...wrong(answer, `one of ${names.join(", ")}`), suggestion: nearest(answer, names) ?? null };
}

function whole(answer: string, most: number) {
  const isWhole = /^\d+$/.test(answer) && Number(answer) >= 1 && Number(answer) <= most;
  return isWhole ? undefined : wrong(answer, `a whole number from 1 to ${most}`);
}

function time(answer: string) {
  const seconds = parseQuantity(answer, "s");
  return typeof seconds === "number" && seconds > 0 ? undefined : wrong(answer, "a time, such as '500 ms'");
}

function fileProblem(path: string) {
  return existsSync(path) ? undefined : plainProblem(path, `${path}: no such file`);
}
