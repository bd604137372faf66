/** The version of the command line; kept in step with the packages and the simulator by a test. */
export const VERSION = "0.1.0";
