/** A mistake in an expression, at the index of a character. */
export class Fault extends Error {
  readonly index: number;
  readonly wanted: string;
  readonly given: string | undefined;
  readonly suggestion: string | undefined;

  constructor(index: number, wanted: string, given?: string, suggestion?: string) {
    super(wanted);
    this.name = "Fault";
    this.index = index;
    this.wanted = wanted;
    this.given = given;
    this.suggestion = suggestion;
  }
}

/** The fault of the part at `index`. */
export function at(index: number, wanted: string, given?: string, suggestion?: string): Fault {
  return new Fault(index, wanted, given, suggestion);
}
