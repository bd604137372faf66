/** The shortest end of each path that no other ends with: `parallelism.tensor` is `tensor` unless `parallelism.attention.tensor` is there too. */
export function shortPaths(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const keys = path.split(".");
    for (let count = 1; count < keys.length; count++) {
      const end = keys.slice(-count).join(".");
      if (!paths.some((other) => other !== path && (other === end || other.endsWith(`.${end}`)))) return end;
    }
    return path;
  });
}
