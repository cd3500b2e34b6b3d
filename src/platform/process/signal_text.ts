/** Signals as words, in the wording that records of runs use. */

const WORDS: Readonly<Record<string, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGQUIT: "quit",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
  SIGABRT: "aborted",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGKILL: "killed",
  SIGUSR1: "user defined signal 1",
  SIGSEGV: "segmentation fault",
  SIGUSR2: "user defined signal 2",
  SIGPIPE: "broken pipe",
  SIGALRM: "alarm clock",
  SIGTERM: "terminated",
};

/** `signal: killed` for `SIGKILL`; a signal without a word keeps its name or number. */
export function signalText(signal: string): string {
  return `signal: ${WORDS[signal] ?? signal.replace(/^(\d+)$/, "signal $1")}`;
}

/** Of Linux, by their numbers. */
const NAMES = (
  " HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG " +
  "XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
).split(" ");

/** `SIGKILL` for 9; the number itself where it has no name. */
export function signalName(number: number): string {
  const name = NAMES[number] ?? "";
  return name === "" ? String(number) : `SIG${name}`;
}
