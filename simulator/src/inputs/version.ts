/** The version of Tokenyard that a report names; kept in step with the packages by a test. */
export const VERSION = "0.1.0";
