/** `turn` again and again, up to `length` names. */
export function turns(length: number, ...turn: readonly string[]): string[] {
  return Array.from({ length }, (_, i) => turn[i % turn.length]!);
}
