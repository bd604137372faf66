import { type Engine, knownFlag } from "@tokenyard/scenario";

/** A flag as it was written, with its value. */
export interface ArgumentPair {
  readonly name: string;
  readonly value: string | undefined;
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
      pairs.push({ name: arg.slice(0, equals), value: arg.slice(equals + 1) });
      continue;
    }
    const short = /^-O(\d)$/.exec(arg);
    if (short !== null) {
      pairs.push({ name: "-O", value: short[1] });
      continue;
    }
    const known = knownFlag(engine, arg);
    const isSwitch = known.kind === "flag" ? known.flag.type === "switch" : SWITCHES.test(plain(arg));
    const isList = known.kind === "flag" && known.flag.type === "list";
    const values: string[] = [];
    while (at + 1 < args.length && !isFlag(args[at + 1]!) && (isList || values.length === 0)) {
      if (isSwitch && !/^(true|false)$/i.test(args[at + 1]!)) break;
      values.push(args[++at]!);
    }
    pairs.push({ name: arg, value: values.length === 0 ? undefined : values.join(" ") });
  }
  return { pairs, positional };
}

function isFlag(arg: string): boolean {
  return /^--?[A-Za-z]/.test(arg);
}
