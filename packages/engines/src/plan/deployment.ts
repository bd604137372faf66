import { type Engine, type FlagValue, flagText, isOfDrafts, type Layout, ofOtherVersion, versionOf } from "@tokenyard/scenario";
import type { Instance, Launched } from "../instance.ts";
import type { StatedFlag } from "../lines/server-flags.ts";
import type { ImportProblem } from "../place.ts";
import { type LongestContext, longestContext } from "./longest-context.ts";

/** One role of a deployment: its degrees, and how many copies of it there are. */
export interface DeployedRole {
  readonly role: Instance["role"];
  readonly layout: Layout;
  readonly copies: number;
  /** Flags that state the degrees, and the place of the launch. */
  readonly degrees: readonly StatedFlag[];
  /** Flags of one pool that the other has not, or has with other values. */
  readonly flags: ReadonlyMap<string, StatedFlag>;
  readonly place: Instance["place"];
}

/** What the servers of a text are together. */
export interface Deployment {
  readonly engine: Engine;
  readonly version: { readonly text: string; readonly isAssumed: boolean };
  /** The flags that a scenario gets, of two pools those that both have; those of degrees are in the layouts. */
  readonly flags: ReadonlyMap<string, StatedFlag>;
  readonly roles: readonly DeployedRole[];
  readonly balancer: Launched["balancer"];
  readonly unknown: readonly { readonly name: string; readonly value: string }[];
  readonly remarks: readonly string[];
  readonly longest: LongestContext | undefined;
}

/** The deployment of `launched`: copies of one server, or pools that prefill and decode. What does not fit together goes to `problems`. */
export function deploymentOf(
  launched: Launched,
  experts: boolean,
  versionGiven: string | undefined,
  problems: ImportProblem[],
): Deployment | undefined {
  const instances = merged(launched.instances);
  const [first, second] = instances;
  if (first === undefined) return undefined;
  const { engine } = first.flags;
  const isPair =
    instances.length === 2 && new Set(instances.map(({ role }) => role)).size === 2 && instances.every(({ role }) => role !== "all");
  if (instances.length > 1 && !isPair) problems.push(...severalProblems(instances));
  if (second !== undefined && second.flags.engine !== engine)
    problems.push({
      ...at(second),
      subject: second.name,
      given: `${second.flags.engine.title} beside ${engine.title}`,
      wanted: "servers of one engine",
    });
  const version = versionOfAll(instances, engine, versionGiven, problems);
  const remarks = [...launched.remarks];
  const roles = instances.slice(0, isPair ? 2 : 1).map((instance) => {
    const layout = engine.layout((name) => instance.flags.stated.get(name)?.value, experts);
    problems.push(...layoutProblems(instance, layout, experts, remarks));
    const degrees = engine.degrees.flatMap((name) => instance.flags.stated.get(name) ?? []);
    const role = isPair ? instance.role : ("all" as const);
    const other = isPair ? instances.find((each) => each !== instance) : undefined;
    const own = [...instance.flags.stated].filter(
      ([name, { value }]) =>
        !isOfDrafts(name) && other !== undefined && !engine.degrees.includes(name) && !isSame(other.flags.stated.get(name)?.value, value),
    );
    return { role, layout, copies: instance.replicas * layout.replicas, degrees, flags: new Map(own), place: instance.place };
  });
  if (instances.length === 1 && first.role !== "all")
    remarks.push(
      `a server that ${first.role === "prefill" ? "prefills" : "decodes"} alone is simulated with all of a request: the other pool is not in the text`,
    );
  const flags = new Map<string, StatedFlag>();
  for (const [name, stated] of first.flags.stated)
    if (
      !engine.degrees.includes(name) &&
      !(isPair && isOfDrafts(name)) &&
      (!isPair || isSame(second!.flags.stated.get(name)?.value, stated.value))
    )
      flags.set(name, stated);
  if (isPair) for (const [name, stated] of draftsOfPair(instances, remarks)) flags.set(name, stated);
  const own = roles.flatMap((role) => [...role.flags.values()]);
  for (const { flag, place } of [...flags.values(), ...own]) {
    const other = ofOtherVersion(flag, versionOf(version.text)!);
    const wanted = "--engine-version with one that has it";
    if (other !== undefined)
      problems.push({
        ...(place === undefined ? {} : { place }),
        subject: `--${flag.name}`,
        given: `a flag of ${engine.title} ${other}, in ${version.text}`,
        wanted,
      });
  }
  const unknown = [...new Map(instances.flatMap((each) => each.flags.unknown.map((one) => [one.name, one] as const))).values()];
  return { engine, version, flags, roles, balancer: launched.balancer, unknown, remarks, longest: longestContext(first.flags.others) };
}

/** Flags of drafts that hold for two pools: those of the one that decodes. */
function draftsOfPair(instances: readonly Instance[], remarks: string[]): readonly (readonly [string, StatedFlag])[] {
  const [decode, prefill] = (["decode", "prefill"] as const).map((role) =>
    [...(instances.find((each) => each.role === role)?.flags.stated ?? [])].filter(([name]) => isOfDrafts(name)),
  );
  const textOf = (flags: readonly (readonly [string, StatedFlag])[] = []) =>
    flags
      .map(([name, { value }]) => `${name}=${flagText(value)}`)
      .sort()
      .join(" ");
  if (textOf(decode) !== textOf(prefill))
    remarks.push("drafts of the servers that decode hold for both pools: prompts run through the draft, too, where it is computed");
  return decode ?? [];
}

function isSame(a: FlagValue | undefined, b: FlagValue): boolean {
  return a !== undefined && flagText(a) === flagText(b);
}

function at({ place }: { readonly place: Instance["place"] }): { place?: NonNullable<Instance["place"]> } {
  return place === undefined ? {} : { place };
}

/** Merges copies of one server, each launched by a line of its own, into one server with more replicas. */
function merged(instances: readonly Instance[]): readonly Instance[] {
  const known = new Map<string, Instance>();
  for (const instance of instances) {
    const key = [
      instance.role,
      instance.model,
      ...[...instance.flags.stated].map(([name, { value }]) => `${name}=${flagText(value)}`).sort(),
    ].join("\n");
    const same = known.get(key);
    known.set(key, same === undefined ? instance : { ...same, replicas: same.replicas + instance.replicas });
  }
  return [...known.values()];
}

function severalProblems(instances: readonly Instance[]): ImportProblem[] {
  const names = instances.map(({ name, role }, i) => `${i + 1}: ${name}${role === "all" ? "" : ` (${role})`}`).join(", ");
  return [
    {
      ...at(instances[1]!),
      subject: "",
      given: `${instances.length} servers that differ (${names})`,
      wanted: "copies of one, a pair that prefills and decodes, or --only N",
    },
  ];
}

function versionOfAll(
  instances: readonly Instance[],
  engine: Engine,
  given: string | undefined,
  problems: ImportProblem[],
): Deployment["version"] {
  const found =
    given ?? instances.map(({ version }) => version).find((version) => version !== undefined && versionOf(version) !== undefined);
  const { assumed, oldest } = engine.versions;
  if (found === undefined) return { text: assumed, isAssumed: true };
  if (versionOf(found) === undefined) {
    problems.push({ subject: "--engine-version", given: found, wanted: `a version of ${engine.title}, such as ${assumed}` });
    return { text: assumed, isAssumed: true };
  }
  const isOld = isOlder(found, oldest);
  if (isOld && given !== undefined)
    problems.push({ subject: "--engine-version", given: found, wanted: `a version of ${engine.title} from ${oldest} on` });
  return isOld ? { text: oldest, isAssumed: true } : { text: found, isAssumed: false };
}

function isOlder(a: string, b: string): boolean {
  const [left, right] = [versionOf(a)!.parts, versionOf(b)!.parts];
  const i = left.findIndex((part, at) => part !== right[at]);
  return i >= 0 && left[i]! < right[i]!;
}

function rounded(degree: number): string {
  return String(Number(degree.toFixed(2)));
}

/** Degrees that are no whole numbers, and GPUs that are too few for them. */
function layoutProblems(
  instance: Instance,
  { attention, expert, tensor, pipeline, replicas }: Layout,
  experts: boolean,
  remarks: string[],
): ImportProblem[] {
  const ranks = attention.tensor * attention.data;
  const isWhole = [attention.tensor, attention.data, expert, tensor, pipeline].every((degree) => Number.isInteger(degree) && degree >= 1);
  if (!isWhole || (experts && expert * tensor !== ranks)) {
    const given = `${attention.data} data groups of ${rounded(attention.tensor)} ranks, and experts over ${rounded(expert)} × ${rounded(tensor)}`;
    const last = instance.flags.engine.degrees.flatMap((name) => instance.flags.stated.get(name) ?? []).at(-1);
    return [
      {
        ...at(last?.place === undefined ? instance : last),
        subject: instance.name,
        given: `degrees that do not fit together: ${given}`,
        wanted: "degrees that divide the number of tensor ranks",
      },
    ];
  }
  const needed = ranks * pipeline * replicas;
  const { gpus } = instance;
  if (gpus === undefined || gpus === needed) return [];
  const needs = `${needed} GPUs (${attention.tensor} × ${attention.data}${pipeline > 1 ? ` × ${pipeline} pipeline stages` : ""}${replicas > 1 ? ` × ${replicas} copies` : ""})`;
  if (gpus > needed) {
    remarks.push(`${instance.name} asks for ${gpus} GPUs, and its degrees use ${needs}`);
    return [];
  }
  return [
    {
      ...at(instance),
      subject: instance.name,
      given: `degrees that need ${needs} on ${gpus}`,
      wanted: `${needed} GPUs, or smaller degrees`,
    },
  ];
}
