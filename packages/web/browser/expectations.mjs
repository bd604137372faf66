// What a test of the page expects, and what it found instead.

export const wrong = [];
let right = 0;

/** Notes whether `found` is what is wanted. */
export function expect(what, found, wanted = true) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) right++;
  else wrong.push(`${what}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

/** `the page: 90 of 91 right`, after what was wrong; the process then ends with 0 or 1. */
export function conclusion(name) {
  process.exitCode = wrong.length === 0 ? 0 : 1;
  return [...wrong, `${name}: ${right} of ${right + wrong.length} right`].join("\n");
}
