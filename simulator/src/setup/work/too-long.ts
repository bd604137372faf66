import { Problems } from "@tokenyard/scenario";

/** The problem of a run that lasts longer than simulated time can be counted. */
export function tooLong(): Problems {
  const wanted = "a run that ends within 104 days, in which nanoseconds are whole numbers: fewer tokens, or faster machines and links";
  return new Problems([{ path: ["workload"], given: "more than 104 days of simulated time", wanted }]);
}
