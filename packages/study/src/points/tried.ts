import { type Problem, Problems } from "@tokenyard/scenario";

/** Result of `read`; if it throws Problems, they are added to `problems` and the result is undefined. */
export function tried<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Results of `read` for each item. Throws the Problems of all items at once. */
export function triedEach<A, B>(items: readonly A[], read: (item: A, index: number) => B): B[] {
  const problems: Problem[] = [];
  const results = items.flatMap((item, i) => {
    const count = problems.length;
    const result = tried(problems, () => read(item, i));
    return problems.length === count ? [result as B] : [];
  });
  if (problems.length > 0) throw new Problems(problems);
  return results;
}
