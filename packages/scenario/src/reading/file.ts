import { readConfig } from "../presets/huggingface/config.ts";
import type { Place, Problem } from "../problems/problem.ts";
import { shorten } from "../problems/shorten.ts";
import { scenarioSchema } from "../schema/scenario.ts";
import { doubledKey } from "./doubled-key.ts";
import { layered } from "./layer.ts";
import { isAbsolute, joinedPath, relativePath } from "./path.ts";
import { widened } from "./widen.ts";
import { type ImpliedValue, part, plainOf, type Written, type WrittenMap, type WrittenScalar, writtenOf } from "./written.ts";
import { readYaml } from "./yaml.ts";

/** Form of a model's name in the hub, which is never contacted. */
const OF_HUB = /^[\w-]+\/(?!.*\.json$)[\w.-]+$/;
const NOT_FETCHED = ": nothing is fetched from a hub; wanted the path of the model's config.json, once you have it";

const MOST_FILES = 100; // in one chain of `extends`

/** Scenario files with those that they extend, each read once, and the configs that their models name. */
export class Files {
  readonly problems: Problem[] = [];
  private readonly read: (path: string) => string;
  private readonly main: string;
  private readonly known = new Map<string, Written | undefined>();

  /** `main` is the file that the others are for: paths of traces become relative to it. */
  constructor(read: (path: string) => string, main: string) {
    this.read = read;
    this.main = main;
  }

  /** Values of `text` at `path`, laid over those that it extends; undefined when a file of the chain is missing. */
  written(text: string, path: string, chain: readonly string[] = []): Written | undefined {
    const { root, problems } = readYaml(text, (line, column): Place => ({ file: path, line, column }));
    this.problems.push(...problems);
    if (root?.form !== "map") {
      const given = root === undefined || plainOf(root) === null ? "an empty text" : plainOf(root);
      if (problems.length === 0) this.refuse([], given, "a map, such as `tokenyard: 1`", root?.place ?? { file: path, line: 1, column: 1 });
      return undefined;
    }
    const extended = root.entries.get("extends");
    const own: Written = { ...root, entries: new Map([...root.entries].filter(([key]) => key !== "extends")) };
    let under: Written | undefined;
    let isWhole = true;
    const here = [...chain, joinedPath("", path)];
    for (const base of this.bases(extended)) {
      const below = this.base(base.path, path, base.place, here);
      if (below === undefined) isWhole = false;
      else under = layered(under, below);
    }
    return isWhole ? layered(under, this.withConfig(this.withTrace(widened(own, scenarioSchema), path), path)) : undefined;
  }

  /** `written` at `path`, with the path of its trace as the main file would name it. */
  private withTrace(written: Written, path: string): Written {
    const workload = part(written, "workload");
    const named = part(workload, "path");
    if (written.form !== "map" || workload?.form !== "map" || named?.form !== "scalar" || typeof named.value !== "string") return written;
    const seen: Written = {
      ...named,
      value: isAbsolute(named.value) ? named.value : relativePath(this.main, joinedPath(path, named.value)),
    };
    const load: Written = { ...workload, entries: new Map([...workload.entries, ["path", seen]]) };
    return { ...written, entries: new Map([...written.entries, ["workload", load]]) };
  }

  /** `written` at `path`, with the values of the config that its model names noted under the model, as those of a preset are. */
  private withConfig(written: Written, path: string): Written {
    const model = part(written, "model");
    const named = part(model, "huggingface");
    if (written.form !== "map" || model?.form !== "map" || named?.form !== "scalar" || named.value === null) return written;
    const { config, implied } = this.config(named, path);
    const name: Written = { ...named, implied };
    const under: WrittenMap = { ...config, entries: new Map([["huggingface", name], ...config.entries]) };
    const naming: Written = { ...model, entries: new Map([...model.entries, ["huggingface", name]]), under };
    return { ...written, entries: new Map([...written.entries, ["model", naming]]) };
  }

  private config(named: WrittenScalar, from: string): { readonly config: WrittenMap; readonly implied: readonly ImpliedValue[] } {
    const at = ["model", "huggingface"];
    const none = { config: { form: "map", entries: new Map(), place: named.place } as const, implied: [] };
    if (typeof named.value !== "string" || named.value === "") {
      this.refuse(at, named.value, "the path of a config.json", named.place);
      return none;
    }
    const text = this.text(joinedPath(from, named.value), named.value, named.place, at, OF_HUB.test(named.value) ? NOT_FETCHED : "");
    if (text === undefined) return none;
    const reading = readConfig(text, this.beside(joinedPath(from, named.value)));
    if ("model" in reading) {
      const again = doubledKey(text);
      if (again !== undefined) {
        const { key, ...place } = again;
        this.refuse(at, `${shorten(key)} a second time`, "each key once", { file: joinedPath(from, named.value), ...place });
        return none;
      }
      const config = widened(writtenOf(reading.model, named.place), scenarioSchema.shape.model) as WrittenMap;
      return { config, implied: reading.implied };
    }
    this.problems.push(...reading.problems.map((problem) => (named.place === undefined ? problem : { ...problem, place: named.place })));
    return none;
  }

  /** The text of the `hf_quant_config.json` in the folder of the config at `path`; undefined where there is none. */
  private beside(path: string): string | undefined {
    try {
      return this.read(joinedPath(path, "hf_quant_config.json"));
    } catch {
      return undefined; // most checkpoints have none
    }
  }

  private bases(extended: Written | undefined): { path: string; place: Place | undefined }[] {
    if (extended === undefined || (extended.form === "scalar" && extended.value === null)) return [];
    const items = extended.form === "list" ? extended.items : [extended];
    return items.flatMap((item, i) => {
      if (item.form === "scalar" && typeof item.value === "string" && item.value !== "") return [{ path: item.value, place: item.place }];
      const at = extended.form === "list" ? ["extends", i] : ["extends"];
      this.refuse(at, plainOf(item), "the path of a scenario file, or a list of them", item.place);
      return [];
    });
  }

  private base(relative: string, from: string, place: Place | undefined, chain: readonly string[]): Written | undefined {
    const path = joinedPath(from, relative);
    if (chain.includes(path)) {
      this.refuse(["extends"], relative, `no cycle: ${[...chain.slice(chain.indexOf(path)), path].map(shorten).join(" → ")}`, place);
      return undefined;
    }
    if (chain.length > MOST_FILES) {
      this.refuse(["extends"], relative, `a chain of at most ${MOST_FILES} files`, place);
      return undefined;
    }
    if (!this.known.has(path)) {
      const text = this.text(path, relative, place);
      this.known.set(path, text === undefined ? undefined : this.written(text, path, chain));
    }
    return this.known.get(path);
  }

  private text(path: string, relative: string, place: Place | undefined, at = ["extends"], hint = ""): string | undefined {
    try {
      return this.read(path);
    } catch (error) {
      this.refuse(at, relative, `a file that can be read (${error instanceof Error ? error.message : String(error)})${hint}`, place);
      return undefined;
    }
  }

  private refuse(path: readonly (string | number)[], given: unknown, wanted: string, place: Place | undefined): void {
    this.problems.push({ path, given: shorten(given), wanted, ...(place === undefined ? {} : { place }) });
  }
}
