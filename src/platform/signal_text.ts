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
