/** Variables of the environment that have a program load or run something before it does anything of its own. */

/** Of the system's loader, of shells and of interpreters; for each there may be more that nobody has thought of. */
const NAMES: ReadonlySet<string> = new Set([
  "PATH",
  "BASH_ENV",
  "BASHOPTS",
  "SHELLOPTS",
  "PROMPT_COMMAND",
  "PS4",
  "IFS",
  "GCONV_PATH",
  "GLIBC_TUNABLES",
  "PERL5OPT",
  "PERL5LIB",
  "PYTHONSTARTUP",
  "PYTHONPATH",
  "PYTHONHOME",
  "NODE_OPTIONS",
  "NODE_PATH",
  "RUBYOPT",
  "RUBYLIB",
  "JAVA_TOOL_OPTIONS",
  "GIT_SSH_COMMAND",
  "GIT_EXTERNAL_DIFF",
]);

export function isLoaderVariable(name: string): boolean {
  return NAMES.has(name) || /^(?:LD_|DYLD_|BASH_FUNC_)/.test(name);
}
