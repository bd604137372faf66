import type { Instance } from "../instance.ts";
import { launchIn } from "../lines/launch-line.ts";
import type { ImportProblem } from "../place.ts";
import type { Variables } from "../shell/expand.ts";
import { readScript } from "../shell/script.ts";
import { containerServers } from "./container.ts";
import { countIn, listIn, type ManifestDocument, mapIn, type Tree, valueIn } from "./documents.ts";
import type { ManifestsRead } from "./manifests-read.ts";

/** Whether `text` has at its left edge what Docker Compose reads. */
export function looksLikeCompose(text: string): boolean {
  return /^services\s*:/m.test(text) && /^\s+(?:image|command|entrypoint)\s*:/m.test(text);
}

/** The servers among the services of a file of Docker Compose. Source: compose-spec, 05-services.md. */
export function composeServers({ tree, place }: ManifestDocument, file: string, variables: Variables): ManifestsRead {
  const instances: Instance[] = [];
  const problems: ImportProblem[] = [];
  for (const [name, value] of Object.entries(mapIn(tree, "services"))) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    const service = value as Tree;
    const env = environmentOf(service);
    const known: Variables = new Map(variables); // what a service's words assign is its own
    const image = String(valueIn(service, "image") ?? "");
    const words = [...wordsIn(service, "entrypoint", known), ...wordsIn(service, "command", known)];
    const isOfImage = image !== "" && !Object.hasOwn(service, "entrypoint") && launchIn(words.map((word) => ({ word }))) === undefined;
    const isShell = /(^|\/)(ba|da|z)?sh$/.test(words[0] ?? "");
    const container = { image, env, args: isOfImage && !isShell ? ["docker", "run", image, ...words] : words };
    const read = containerServers(container, {
      name,
      file,
      place: place(["services", name, Object.hasOwn(service, "command") ? "command" : "image"]),
      variables: known,
      files: new Map(),
      replicas: countIn(service, "deploy", "replicas") ?? countIn(service, "scale") ?? 1,
      nodes: 1,
      gpus: gpusOf(service),
    });
    instances.push(...read.instances);
    problems.push(...read.problems);
  }
  return { instances, problems, remarks: [] };
}

/** A command of Compose, as words: a list, or a text that is split as a shell would. */
function wordsIn(service: Tree, key: string, variables: Variables): string[] {
  const value = valueIn(service, key);
  const split = (text: string) => readScript(text.replaceAll("$$", "\\$").replace(/\\?\n\s*/g, " "), variables).commands;
  if (typeof value === "string") return split(value).flatMap(({ words }) => words.flatMap((each) => ("word" in each ? each.word : [])));
  return listIn(service, key).map((each) => {
    const [first] = split(`echo "${String(each).replace(/(["`\\])/g, "\\$1")}"`);
    const word = first?.words[1];
    return word !== undefined && "word" in word ? word.word : String(each);
  });
}

/** `environment` as a map, or as a list of `NAME=VALUE`, in the form of a container. */
function environmentOf(service: Tree): readonly Tree[] {
  const pairs: readonly (readonly [string, unknown])[] = [
    ...Object.entries(mapIn(service, "environment")),
    ...listIn(service, "environment").map((each) => {
      const [name, ...rest] = String(each).split("=");
      return [name!, rest.join("=")] as const;
    }),
  ];
  return pairs.map(([name, value]) => ({ name, value: String(value ?? "") }));
}

/** GPUs that a service reserves; undefined for all there are, or where it says none. */
function gpusOf(service: Tree): number | undefined {
  const devices = [...listIn(service, "deploy", "resources", "reservations", "devices"), ...listIn(service, "gpus")];
  const counts = devices.map((device) => listIn(device, "device_ids").length || (countIn(device, "count") ?? 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return total > 0 ? total : undefined;
}
