import type { Command } from "commander";

/** A value that an option cannot take: kept until all are known, so that all are reported at once. */
export class Refused {
  readonly given: string;
  readonly wanted: string;

  constructor(given: string, wanted: string) {
    this.given = given;
    this.wanted = wanted;
  }
}

export function appended(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The name of a file or folder; the empty one would be the working directory. */
export function named(text: string): string | Refused {
  return text.trim() === "" ? new Refused(text, "wanted a name") : text;
}

export function countingNumber(text: string): number | Refused {
  return numberFrom(1, text) ?? new Refused(text, "wanted a whole number from 1 on");
}

export function wholeNumber(text: string): number | Refused {
  return numberFrom(0, text) ?? new Refused(text, `wanted a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
}

const LAST_PORT = 65_535;

/** A TCP port; 0 chooses a free one. */
export function port(text: string): number | Refused {
  const number = numberFrom(0, text);
  return number === undefined || number > LAST_PORT
    ? new Refused(text, `wanted a port from 1 to ${LAST_PORT}, or 0 for a free one`)
    : number;
}

/** Ends `command` with all of its options that have a value they cannot take, a line for each; as commander reports one. */
export function refuse(command: Command): void {
  const refused = command.options.flatMap((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (!(value instanceof Refused)) return [];
    return [`error: option '${option.flags}' argument '${value.given}' is invalid. ${value.wanted}`];
  });
  if (refused.length > 0) command.error(refused.join("\n"), { code: "commander.invalidArgument" });
}

function numberFrom(least: number, text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least ? number : undefined;
}
