const CONTROLS = /\p{Cc}/gu;

/** `tree` with the control characters of its texts replaced: names that a scenario chose must not steer a terminal. */
export function harmless<T>(tree: T): T {
  if (typeof tree === "string") return tree.replace(CONTROLS, "\ufffd") as T;
  if (typeof tree !== "object" || tree === null || !isHarmful(tree)) return tree;
  if (Array.isArray(tree)) return tree.map(harmless) as T;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key.replace(CONTROLS, "\ufffd"), harmless(value)])) as T;
}

/** Whether any text of `tree` has a control character; most have none, and are not copied. */
function isHarmful(tree: object): boolean {
  return Object.entries(tree).some(([key, value]) => {
    if (CONTROL.test(key)) return true;
    return typeof value === "string" ? CONTROL.test(value) : typeof value === "object" && value !== null && isHarmful(value);
  });
}

const CONTROL = /\p{Cc}/u;
