import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keptBytes, keptOf, parametersOf } from "@tokenyard/model";
import { loadScenario, type ModelSpec, type PartFormat, readConfig } from "@tokenyard/scenario";
import { dataFolder, quotedTable, type Row } from "../table.ts";

// Compares what is counted of configs with the tables beside them: pnpm accuracy:checkpoints FOLDER, from the root of the repository.

const REST =
  "\ncluster: { gpu: h100-sxm, network: hgx-h100-ndr }\nworkload: { kind: batch, sequences: 1, promptTokens: 1, outputTokens: 1 }\n";

/** Lengths of requests whose kept bytes the table gives, where nothing grows evenly. */
const LENGTHS = [1_024, 8_192, 131_072, 1_048_576];

/** Checkpoints whose snapshots have lost the lists of what stays in 16 bits. */
const NOT_SCORED = /Nemotron-3-(Super|Ultra).*-FP8$/;

interface Counted {
  readonly model: ModelSpec;
  readonly formats: readonly PartFormat[];
}

function main(): void {
  const folder = dataFolder();
  const wrong: string[] = [];
  const formats = byConfig(quotedTable(folder, "formats.csv"));
  const rows = quotedTable(folder, "oracle.csv");
  let numbers = 0;
  let parts = 0;
  for (const row of rows) {
    const name = row["config"]!;
    const read = countedOf(folder, name);
    if (typeof read === "string") {
      wrong.push(`${name}: ${read}`);
      continue;
    }
    const found = [...numbersWrong(row, read.model), ...(NOT_SCORED.test(name) ? [] : formatsWrong(formats.get(name) ?? [], read))];
    numbers += 5;
    parts += NOT_SCORED.test(name) ? 0 : (formats.get(name) ?? []).length;
    wrong.push(...found.map((each) => `${name}: ${each}`));
  }
  console.log(
    wrong.map((each) => `${each}\n`).join("") + `${rows.length} configs, ${numbers} numbers, ${parts} formats: ${wrong.length} wrong`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

function countedOf(folder: string, name: string): Counted | string {
  const beside = join(folder, `${name}_hf_quant_config.json`);
  const text = readFileSync(join(folder, `${name}_config.json`), "utf8");
  const quantization = existsSync(beside) ? readFileSync(beside, "utf8") : undefined;
  const reading = readConfig(text, quantization);
  if (!("model" in reading)) return reading.problems.map(({ given, wanted }) => `${given}: ${wanted}`).join("; ");
  try {
    const { scenario } = loadScenario(`tokenyard: 1\nmodel: { huggingface: ./config.json }${REST}`, {
      path: "scenario.yaml",
      read: (path) => {
        if (path.endsWith("hf_quant_config.json")) {
          if (quantization === undefined) throw new Error("none");
          return quantization;
        }
        return text;
      },
    });
    return { model: scenario.model, formats: reading.formats };
  } catch (error) {
    return String(error);
  }
}

function numbersWrong(row: Row, model: ModelSpec): string[] {
  const { total, active, embedding } = parametersOf(model);
  const kept = keptOf(cachedAs(row, model), 1);
  const curve = row["kv_bytes_token"] === "curve";
  return [
    wrongNumber("total", total, row["total_computed"]),
    wrongNumber("active", active, row["active_computed"]),
    wrongNumber("active without embedding", active - embedding, row["active_without_embedding"]),
    curve ? curveWrong(row, model) : wrongNumber("cache a token", kept.token, row["kv_bytes_token"]),
    curve ? undefined : wrongNumber("state", kept.state, row["state_bytes_request"]),
    windowWrong(row, model),
  ].filter((each) => each !== undefined);
}

/** With the cache's format that the table has, whatever the checkpoint has scales for: 16 bits, or vLLM's fp8 rows of latents that an indexer chooses. */
function cachedAs(row: Row, { precision: { kvCache: _, ...precision }, ...model }: ModelSpec): ModelSpec {
  return { ...model, precision: row["kv_source"]!.includes("fp8_ds_mla") ? { ...precision, kvCache: "fp8" } : precision };
}

function curveWrong(row: Row, model: ModelSpec): string | undefined {
  const wanted = /tokens: ([\d /]+) B/.exec(row["kv_source"]!)![1]!.split(" / ").map(Number);
  const kept = keptOf(model, 1);
  const found = LENGTHS.map((tokens) => keptBytes(kept, tokens));
  return found.join() === wanted.join() ? undefined : `kept ${found.join(" / ")}, not ${wanted.join(" / ")}`;
}

/** `… and 36 layers x min(tokens,8192) x 4096 B` */
function windowWrong(row: Row, model: ModelSpec): string | undefined {
  const said = /and (\d+) layers x min\(tokens,(\d+)\) x (\d+) B/.exec(row["kv_source"]!);
  if (said === null || row["kv_bytes_token"] === "curve") return undefined;
  const [layers, tokens, bytes] = said.slice(1).map(Number) as [number, number, number];
  const { windows } = keptOf(cachedAs(row, model), 1);
  const found = windows.map((window) => `${window.tokens} × ${window.token}`).join();
  return found === `${tokens} × ${layers * bytes}` ? undefined : `windows ${found}, not ${tokens} × ${layers * bytes}`;
}

function wrongNumber(what: string, found: number, wanted: string | undefined): string | undefined {
  return found === Number(wanted) ? undefined : `${what} ${found}, not ${wanted}`;
}

function formatsWrong(wanted: readonly Row[], { model, formats }: Counted): string[] {
  return wanted.flatMap((row) => {
    const [part, format, layers] = [row["part"]!, row["format"] === "fp4" ? "mxfp4" : row["format"]!, Number(row["layers"])];
    if (part === "kv_cache") {
      const found = model.precision.kvCache ?? "bf16";
      return found === format ? [] : [`${part} ${found}, not ${format}`];
    }
    const ofPart = formats.filter(({ name }) => name === part || (part === "attention" && /^(attention|linear|indexer)/.test(name)));
    if (part === "attention")
      return ofPart.every((each) => each.format === format) && ofPart.length > 0 ? [] : [`${part} ${text(ofPart)}, not ${format}`];
    const same = ofPart.find((each) => each.format === format);
    const countsAll = layers === model.layers && ofPart.length === 1; // also layers that have no such part
    return same !== undefined && (same.matrices === layers || countsAll) ? [] : [`${part} ${text(ofPart)}, not ${format} × ${layers}`];
  });
}

function text(formats: readonly PartFormat[]): string {
  return formats.map(({ name, format, matrices }) => `${name} ${format} × ${matrices}`).join(", ") || "none";
}

function byConfig(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(row["config"]!, [...(found.get(row["config"]!) ?? []), row]);
  return found;
}

main();
