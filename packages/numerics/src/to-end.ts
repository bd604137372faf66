/** Runs `steps` to their end; calls `each` after each step. */
export function toEnd<Step, Result>(steps: Generator<Step, Result, void>, each: (step: Step) => void = () => undefined): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    each(value);
  }
}
