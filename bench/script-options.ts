import { type ParseArgsConfig, parseArgs } from "node:util";

/** What a script was called with. `--help` prints `usage` and ends it; so does what it does not know, with 2. */
export function scriptOptions<Config extends ParseArgsConfig>(usage: string, config: Config): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.slice(2).some((word) => word === "--help" || word === "-h")) {
    console.log(`usage: ${usage}`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    return refused(usage, (error as Error).message);
  }
}

/** Ends the script, as `problem` is the caller's mistake. */
export function refused(usage: string, problem: string): never {
  console.error(`${problem}\nusage: ${usage}`);
  process.exit(2);
}

/** The whole number that an option has. */
export function wholeNumber(usage: string, option: string, text: string, least: number): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= least) return Number(text);
  return refused(usage, `${option}: ${text} given; wanted a whole number from ${least} on`);
}
