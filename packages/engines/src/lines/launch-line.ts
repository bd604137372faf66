import type { TextPlace } from "../place.ts";
import type { Word } from "../shell/expand.ts";
import type { ScriptCommand } from "../shell/script.ts";
import { versionInRuntime } from "./runtime-images.ts";

export type ServerName = "vllm" | "sglang" | "trtllm";

/** A command that launches a server: its kind, its arguments, and the words before it. */
export interface LaunchLine {
  readonly server: ServerName;
  /** Launched by Dynamo's worker of that engine, which has roles and limits of its own. */
  readonly isDynamo: boolean;
  readonly args: readonly string[];
  /** Words before these: of a container's runtime, or of what starts ranks. */
  readonly before: readonly string[];
  /** `NAME=value` before it, and `-e NAME=value` of `docker run`. */
  readonly env: ReadonlyMap<string, string>;
  /** The tag of the container's image, where it names one. */
  readonly imageTag?: string;
}

const MODULES: Readonly<Record<string, readonly [server: ServerName, isDynamo: boolean]>> = {
  "vllm.entrypoints.openai.api_server": ["vllm", false],
  "vllm.entrypoints.api_server": ["vllm", false],
  "vllm.entrypoints.cli.main": ["vllm", false],
  "sglang.launch_server": ["sglang", false],
  "tensorrt_llm.commands.serve": ["trtllm", false],
  "dynamo.vllm": ["vllm", true],
  "dynamo.sglang": ["sglang", true],
  "dynamo.trtllm": ["trtllm", true],
};

/** Images whose entry point is a server. */
const IMAGES: readonly (readonly [image: RegExp, server: ServerName])[] = [
  [/(^|\/)vllm(-openai)?(-rocm)?(@|:|$)/, "vllm"],
  [/(^|\/)(llm-d|llm-d-cuda|llm-d-dev)(@|:|$)/, "vllm"],
];

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/** The launch of a server among the words of a command; undefined where there is none. */
export function launchIn(words: readonly Word[]): LaunchLine | undefined {
  const plain = untilOperator(words);
  const env = new Map<string, string>();
  let imageTag: string | undefined;
  for (const [at, word] of plain.entries()) {
    const assignment = ASSIGNMENT.exec(word);
    if (assignment !== null && !word.startsWith("-")) env.set(assignment[1]!, assignment[2]!);
    const found = serverAt(plain, at);
    if (found === undefined) {
      imageTag ??= tagOf(word);
      continue;
    }
    const { server, isDynamo, from } = found;
    return {
      server,
      isDynamo,
      args: plain.slice(from),
      before: plain.slice(0, from),
      env,
      ...(imageTag === undefined ? {} : { imageTag }),
    };
  }
  return ofImage(plain, env);
}

/** The server that word `at` launches, and where its arguments begin. */
function serverAt(
  words: readonly string[],
  at: number,
): { readonly server: ServerName; readonly isDynamo: boolean; readonly from: number } | undefined {
  const word = words[at]!;
  const name = word.slice(word.lastIndexOf("/") + 1);
  const next = words[at + 1];
  if ((name === "vllm" || name === "sglang") && next === "serve") return { server: name, isDynamo: false, from: at + 2 };
  if (name === "trtllm-serve" && next === "disaggregated") return undefined; // the front end of servers that have lines of their own
  if (name === "trtllm-serve") return { server: "trtllm", isDynamo: false, from: next === "serve" ? at + 2 : at + 1 };
  if (words[at - 1] === "-m" && Object.hasOwn(MODULES, word)) {
    const [server, isDynamo] = MODULES[word]!;
    return { server, isDynamo, from: word.endsWith("cli.main") ? at + 2 : words[at + 1] === "serve" ? at + 2 : at + 1 };
  }
  if (/^(launch_server|api_server)\.py$/.test(name))
    return { server: name === "api_server.py" ? "vllm" : "sglang", isDynamo: false, from: at + 1 };
  return undefined;
}

function untilOperator(words: readonly Word[]): string[] {
  const texts = words.map((each) => ("word" in each ? each.word : ""));
  const launch = texts.findIndex((_, at) => serverAt(texts, at) !== undefined);
  const begin = launch < 0 ? 0 : lastOperator(words, launch) + 1;
  const rest = words.slice(begin);
  const end = rest.findIndex((each) => "operator" in each && each.operator !== "<" && each.operator !== "(");
  const plain = (end < 0 ? rest : rest.slice(0, end)).flatMap((each) => ("word" in each ? [each.word] : []));
  const last = plain.at(-1);
  return end >= 0 && last !== undefined && /^[12]$/.test(last) && isRedirect(rest[end]) ? plain.slice(0, -1) : plain; // without the 2 of 2>
}

function isRedirect(word: Word | undefined): boolean {
  return word !== undefined && "operator" in word && word.operator.startsWith(">");
}

function lastOperator(words: readonly Word[], before: number): number {
  for (let at = before - 1; at >= 0; at--) if ("operator" in words[at]!) return at;
  return -1;
}

/** `docker run … vllm/vllm-openai:v0.10.0 --model …`: the image's entry point is the server. */
function ofImage(words: readonly string[], env: Map<string, string>): LaunchLine | undefined {
  const run = words.findIndex((word, at) => word === "run" && /(^|\/)(docker|podman|nerdctl)$/.test(words[at - 1] ?? ""));
  if (run < 0) return undefined;
  const at = words.findIndex((word, i) => i > run && IMAGES.some(([image]) => image.test(word)));
  if (at < 0) return undefined;
  const server = IMAGES.find(([image]) => image.test(words[at]!))![1];
  const tag = tagOf(words[at]!);
  return {
    server,
    isDynamo: false,
    args: words.slice(at + 1),
    before: words.slice(0, at),
    env,
    ...(tag === undefined ? {} : { imageTag: tag }),
  };
}

/** `0.10.0` of `vllm/vllm-openai:v0.10.0`; undefined where it says no version of the engine. */
export function tagOf(image: string): string | undefined {
  const inRuntime = versionInRuntime(image);
  if (inRuntime !== null) return inRuntime;
  const match = /(?:vllm|sglang|tensorrt|trtllm)[\w./-]*:v?(\d+\.\d+[\w.]*)/.exec(image);
  return match?.[1];
}

/** Place of `flag` in a command of `file`, its occurrence number `nth` from 0; for a part of a map, the place of the map. */
export function placeIn(command: Pick<ScriptCommand, "text" | "line" | "breaks">, flag: string, file: string, nth = 0): TextPlace {
  const { text, line, breaks } = command;
  const at = placesOf(text, flag)[nth] ?? text.indexOf(flag);
  if (at < 0) {
    const whole = flag.replace(/\.[^.]*$/, "");
    return whole === flag ? { file, line, column: 1 } : placeIn(command, whole, file, nth);
  }
  const before = breaks.filter((each) => each <= at);
  return { file, line: line + before.length, column: at - (before.at(-1) ?? 0) + 1 };
}

/** Offsets at which `flag` is a word of `text`, alone or followed by `=`. */
function placesOf(text: string, flag: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(flag); at >= 0; at = text.indexOf(flag, at + flag.length)) {
    const [before = " ", after = " "] = [text[at - 1], text[at + flag.length]];
    if (/[\s"'(]/.test(before) && /[\s"'=)]/.test(after)) places.push(at);
  }
  return places;
}
