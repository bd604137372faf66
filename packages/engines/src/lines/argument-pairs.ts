import { abbreviatedFlag, type Engine, knownFlag } from "@tokenyard/scenario";

/** A flag as it was written, with its value. */
export interface ArgumentPair {
  /** Its long name, where the engine's table has short ones only as such. */
  readonly name: string;
  readonly value: string | undefined;
  readonly written: string;
}

/** Flags without values, by their names; a word after another flag is its value. */
const SWITCHES =
  /^(?:no-|enable-|disable-|trust-remote-code|skip-|print-|return-|headless|is-|prefill-round-robin|show-|calculate-|language-(?:model-)?only|data-parallel-(?:hybrid|external)-lb|enforce-|log-requests$|keep-|allow-)/;

/** The name of a flag without hyphens before it, with hyphens in it. */
export function plain(name: string): string {
  return name.replace(/^-+/, "").replaceAll("_", "-");
}

/** Cuts arguments into flags with their values, and the first that is no flag. */
export function pairsOf(
  args: readonly string[],
  engine: Engine,
): { readonly pairs: readonly ArgumentPair[]; readonly positional: string | undefined } {
  const pairs: ArgumentPair[] = [];
  let positional: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (!isFlag(arg)) {
      if (arg !== "") positional ??= arg;
      continue;
    }
    const equals = arg.indexOf("=");
    if (equals > 0) {
      pairs.push(pairOf(arg.slice(0, equals), arg.slice(equals + 1), engine));
      continue;
    }
    const short = /^-O(\d)$/.exec(arg);
    if (short !== null) {
      pairs.push(pairOf("-O", short[1], engine));
      continue;
    }
    const known = knownFlag(engine, longName(arg, engine));
    const isSwitch = known.kind === "flag" ? known.flag.type === "switch" : SWITCHES.test(plain(longName(arg, engine)));
    const isList = known.kind === "flag" && known.flag.type === "list";
    const values: string[] = [];
    while (at + 1 < args.length && !isFlag(args[at + 1]!) && (isList || values.length === 0)) {
      if (isSwitch && !/^(true|false)$/i.test(args[at + 1]!)) break;
      values.push(args[++at]!);
    }
    pairs.push(pairOf(arg, values.length === 0 ? undefined : values.join(" "), engine));
  }
  return { pairs, positional };
}

function pairOf(written: string, value: string | undefined, engine: Engine): ArgumentPair {
  const isMap = written === "-O" && value?.startsWith("{"); // up to 0.11
  return { name: isMap ? "--compilation-config" : longName(written, engine), value, written };
}

/** `--compilation-config.mode` for `-cc.mode`, which `-O.mode` is too, and `--tensor-parallel-size` for `--tensor-par`. */
function longName(written: string, engine: Engine): string {
  const { longNames = {} } = engine;
  const whole = written.startsWith("--") ? abbreviatedFlag(engine, written) : undefined;
  if (whole !== undefined) return `--${whole}`;
  const [, short = "", part = ""] = /^-(\w+)(\..*)?$/s.exec(written) ?? [];
  const long = short === "O" && part !== "" ? longNames["cc"] : longNames[short];
  return long === undefined ? written : `--${long}${part}`;
}

function isFlag(arg: string): boolean {
  return /^--?[A-Za-z]/.test(arg);
}
