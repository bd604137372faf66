import type { Instance } from "../instance.ts";
import { instanceOf } from "../lines/instance-of.ts";
import { launchIn } from "../lines/launch-line.ts";
import type { ImportProblem, TextPlace } from "../place.ts";
import type { Variables } from "../shell/expand.ts";
import { readScript } from "../shell/script.ts";
import { countIn, listIn, mapIn, type Tree, valueIn } from "./documents.ts";

/** Context of a container beside its own map. */
export interface ContainerAround {
  readonly name: string;
  readonly file: string;
  /** Place of its command. */
  readonly place: TextPlace;
  readonly variables: Variables;
  /** Files of config maps, by their last name. */
  readonly files: ReadonlyMap<string, string>;
  readonly replicas: number;
  readonly nodes: number;
  readonly role?: Instance["role"] | undefined;
  /** GPUs of a node of it, where the manifest says them elsewhere. */
  readonly gpus?: number | undefined;
}

/** The servers that the command and arguments of a container launch. */
export function containerServers(
  container: Tree,
  around: ContainerAround,
): { readonly instances: readonly Instance[]; readonly problems: readonly ImportProblem[] } {
  const env = listIn(container, "env").flatMap((each): [string, string][] => {
    const [name, value] = [valueIn(each, "name"), valueIn(each, "value")];
    return typeof name === "string" && (typeof value === "string" || typeof value === "number") ? [[name, String(value)]] : [];
  });
  const variables: Variables = new Map([...around.variables, ...env]);
  const words = [...wordsIn(container, "command"), ...wordsIn(container, "args")];
  const image = String(valueIn(container, "image") ?? "");
  const gpus = around.gpus ?? gpusOf(container);
  const total = gpus === undefined ? undefined : gpus * around.nodes;
  const files = new Map(around.files);
  const found: Instance[] = [];
  const scripts = scriptsIn(words);
  const file = (name: string) => files.get(name) ?? files.get(name.slice(name.lastIndexOf("/") + 1));
  const add = (line: ReturnType<typeof launchIn>) => {
    if (line === undefined) return;
    const instance = instanceOf(
      { ...line, env: new Map([...env, ...line.env]) },
      {
        name: around.name,
        place: around.place,
        source: { place: () => around.place, file },
        image,
        replicas: around.replicas,
        gpus: total,
        role: around.role,
      },
    );
    if (instance !== undefined) found.push(instance);
  };
  if (scripts === undefined) {
    const named = words.map((word) => word.replace(/\$\((\w+)\)/g, (whole, name: string) => variables.get(name) ?? whole));
    const isBare = image !== "" && launchIn(named.map((word) => ({ word }))) === undefined && words[0]?.startsWith("-") === true;
    add(launchIn([...(isBare ? ["docker", "run", image] : []), ...named].map((word) => ({ word }))));
  } else {
    for (const text of scripts) {
      const script = readScript(text, variables);
      for (const [name, content] of script.files) files.set(name, content);
      for (const command of script.commands) add(launchIn(command.words));
    }
  }
  return { instances: found, problems: found.flatMap(({ flags }) => flags.problems) };
}

/** Scripts that `sh -c` runs; undefined if no shell is called. */
function scriptsIn(words: readonly string[]): readonly string[] | undefined {
  const first = words[0];
  if (first === undefined || !/(^|\/)(ba|da|z)?sh$/.test(first)) return words.length === 1 && /\s/.test(first ?? "") ? words : undefined;
  const rest = words.slice(1).filter((word) => !/^-\w+$/.test(word));
  return rest.slice(0, 1);
}

function wordsIn(container: Tree, key: string): string[] {
  const value = valueIn(container, key);
  if (typeof value === "string") return [value];
  return listIn(container, key).map(String);
}

/** GPUs among the limits of a container. */
export function gpusOf(container: Tree): number | undefined {
  for (const part of ["limits", "requests"]) {
    const limits = mapIn(container, "resources", part);
    for (const name of ["nvidia.com/gpu", "amd.com/gpu", "gpu"]) {
      const count = countIn(limits, name);
      if (count !== undefined && count > 0) return count;
    }
  }
  return undefined;
}
