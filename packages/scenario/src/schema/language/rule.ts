import * as z from "zod";

/**
 * A rule between the keys of one map: where `breaks` holds there is a problem at `path`, and `wanted` says what would work. It is evaluated
 * even when other keys are wrong, so that all problems are reported at once: comparisons must tolerate missing values and other types.
 */
export function rule<T>(path: readonly string[], breaks: (value: T) => boolean, wanted: (value: T) => string) {
  return z.superRefine<T>(
    (value, context) => {
      if (breaks(value)) context.addIssue({ code: "custom", path: [...path], message: wanted(value), input: value });
    },
    { when: ({ value }) => typeof value === "object" && value !== null },
  );
}
