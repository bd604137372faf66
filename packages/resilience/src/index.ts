export { type Coverage, type Covered, coverageOf } from "./coverage.ts";
export { DETECTORS, type Detector, type Sight, sightOf } from "./detection.ts";
export { type Fault, faultOf, isAny, type Slow, type Strike, type Symptom } from "./fault.ts";
export { faultProblems } from "./fault-problems.ts";
export { type Losses, type LostSlot, lossesOf } from "./losses.ts";
export { type LoadSeconds, type Lost, type Reaction, reactionOf } from "./reaction.ts";
export { type Shrunk, shrunk } from "./shrunk.ts";
