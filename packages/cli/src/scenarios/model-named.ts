import { loadScenario, type ModelSpec, Problems } from "@tokenyard/scenario";
import { LARGEST_SCENARIO, readTextFile, UnreadableFile } from "./scenario-text.ts";

/** The model of a preset, or of a config.json of Hugging Face; undefined where there is no such thing. */
export function modelNamed(name: string): ModelSpec | undefined {
  const model = /\.json$/.test(name) ? { huggingface: name } : name;
  const scenario = { tokenyard: 1, model, cluster: ANY_CLUSTER, workload: ANY_WORKLOAD };
  try {
    return loadScenario(JSON.stringify(scenario), { read: (path) => readTextFile(path, LARGEST_SCENARIO), path: "scenario.yaml" }).scenario
      .model;
  } catch (error) {
    if (error instanceof Problems || error instanceof UnreadableFile) return undefined;
    throw error;
  }
}

const ANY_CLUSTER = { gpu: "h100-sxm", network: "hgx-h100-ndr" };
const ANY_WORKLOAD = { kind: "batch", sequences: 1, promptTokens: 1, outputTokens: 1 };
