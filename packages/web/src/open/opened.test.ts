import { readFileSync } from "node:fs";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { Desk } from "../worker/desk.ts";
import type { Answer } from "../worker/messages.ts";
import { loadedSource, type Source } from "../worker/source.ts";
import { openedFrom } from "./opened.ts";

const read = (name: string) => readFileSync(new URL(`../../../../scenarios/${name}`, import.meta.url), "utf8");
const file = (name: string, text: string) => new File([text], name);
const PLAN = read("two-ranks/scenario.yaml");
const CONFIG = JSON.stringify({
  model_type: "llama",
  architectures: ["LlamaForCausalLM"],
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
  torch_dtype: "bfloat16",
});
const noBlobs = () => [];

test("a scenario opens with what lies beside it, whatever the order", async () => {
  const { source } = await openedFrom([file("table.csv", "a\n"), file("plan.yaml", PLAN)], undefined);
  expect(source).toMatchObject({ path: "plan.yaml", text: PLAN, files: { "table.csv": "a\n" } });
});

test("a launch line becomes a plan, with what was assumed, and its mistakes have places", async () => {
  const { source, notes } = await openedFrom([file("launch.txt", "vllm serve openai/gpt-oss-120b -tp 2 --max-num-seqs 64")], undefined);
  const { scenario } = loadedSource(source, noBlobs);
  expect([scenario.parallelism.tensor, source.path]).toEqual([2, "launch.yaml"]);
  expect(notes.join("\n")).toContain("assumed: ");
  await expect(openedFrom([file("launch.txt", "vllm serve openai/gpt-oss-120b --max-num-sqs 64")], undefined)).rejects.toThrow(
    "max-num-sqs",
  );
});

test("a config.json alone becomes a plan, and with a plan its model, where the text has a name there", async () => {
  const alone = await openedFrom([file("config.json", CONFIG)], undefined);
  expect(loadedSource(alone.source, noBlobs).scenario.model).toMatchObject({ layers: 32, hiddenSize: 4096 });
  const open: Source = { path: "my/plan.yaml", text: "tokenyard: 1 # mine\nmodel: qwen3-30b-a3b\n", files: {} };
  const joined = await openedFrom([file("config.json", CONFIG)], open);
  expect(joined.source.text).toBe('tokenyard: 1 # mine\nmodel: { huggingface: "config.json" }\n');
  const own = await openedFrom([file("config.json", CONFIG)], { ...open, text: "model: { layers: 3 }\n" });
  expect([own.source.text, own.notes[0]]).toEqual(["model: { layers: 3 }\n", expect.stringContaining("to use it, write model:")]);
});

test("a report opens as it is, with the scenario that gives it", async () => {
  const report = simulate(loadedSource({ path: "plan.yaml", text: PLAN, files: {} }, noBlobs).scenario);
  const opened = await openedFrom([file("report.json", JSON.stringify(report))], undefined);
  expect(opened.report!.report.conclusion).toEqual(report.conclusion);
  expect(opened.notes[0]).toMatch(/^report\.json: read from a file of version .*, not recomputed here$/);
  expect(JSON.stringify(simulate(loadedSource(opened.source, noBlobs).scenario).ttftSeconds)).toBe(JSON.stringify(report.ttftSeconds));
  const page = `<html><script type="application/json" id="report">${JSON.stringify({ report, latencies: {} }).replaceAll("<", "\\u003c")}</script>`;
  expect((await openedFrom([file("report.html", page)], undefined)).report!.report.conclusion).toEqual(report.conclusion);
  const wrong = JSON.stringify({ ...report, horizonSeconds: "long" });
  await expect(openedFrom([file("report.json", wrong)], undefined)).rejects.toThrow("horizonSeconds");
});

test("what is none of these is refused by name", async () => {
  await expect(openedFrom([file("notes.csv", "a,b\n")], undefined)).rejects.toThrow(
    /^notes\.csv given; wanted a scenario, a launch, a report/,
  );
});

test("a trace is read in pieces by its name, and gives the report of the text", async () => {
  const [path, text, trace] = ["trace-replay/scenario.yaml", read("trace-replay/scenario.yaml"), read("trace-replay/azure.csv")];
  const bytes = new TextEncoder().encode(trace);
  const blob = Object.assign(new Blob([bytes]), { name: "azure.csv" });
  const reports = [];
  let pieces = 0;
  const readBlob = function* () {
    for (let from = 0; from < bytes.length; from += 1000) {
      pieces++;
      yield bytes.subarray(from, from + 1000);
    }
  };
  for (const source of [
    { path, text, files: { "trace-replay/azure.csv": trace } },
    { path, text, files: {}, large: { "azure.csv": blob } },
  ]) {
    const answers: Answer[] = [];
    const around = {
      post: (answer: Answer) => answers.push(answer),
      nowMs: () => 0,
      pause: async () => {},
      readBlob,
      loadReaders: async () => {},
    };
    const desk = new Desk(around);
    await desk.take({ kind: "run", id: 1, source });
    const result = answers.find(({ kind }) => kind === "result");
    if (result?.kind !== "result") throw new Error(JSON.stringify(answers));
    reports.push(result.report);
  }
  expect(pieces).toBeGreaterThan(2);
  expect(reports[1]).toEqual(reports[0]);
});

test("a file that is named and not given is asked for by name", () => {
  const source = { path: "trace-replay/scenario.yaml", text: read("trace-replay/scenario.yaml"), files: {} };
  expect(() => loadedSource(source, noBlobs)).toThrow("azure.csv is not here: drop it onto the page");
});
