const KINDS: Readonly<Record<string, string>> = { M: "mamba", E: "experts", "*": "attention" };

/** The kinds of layers in Nemotron's `hybrid_override_pattern`, a letter each. */
export function nemotronLayers(pattern: string): string[] {
  return [...pattern].map((letter) => KINDS[letter]!);
}
