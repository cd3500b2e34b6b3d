/** Which variables of the engine's own environment a step may see. */

const PASSED = new Set([
  "PATH",
  "HOME",
  "USER",
  "SHELL",
  "TMPDIR",
  "TERM",
  "EDITOR",
  "VISUAL",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "LD_LIBRARY_PATH",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
  // What a `dagu` command inside a step needs to find the same folders and to behave the same way.
  "DAGU_HOME",
  "DAGU_CONFIG",
  "DAGU_BASE_CONFIG",
  "DAGU_EXECUTABLE",
  "DAGU_DEFAULT_SHELL",
  "DAGU_TZ",
  "DAGU_DEBUG",
  "DAGU_LOG_FORMAT",
  "DAGU_SKIP_EXAMPLES",
  "DAGU_PARAMS_JSON",
]);

const PASSED_FORMS = /^(?:DAG_\w*|LC_\w*|DAGU_(?:\w+_)?DIR)$/;
const CREDENTIAL = /SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL|KEY/i;

/** The variables that reach a step, as they are; everything else of `env` is left out. */
export function filterOsEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (PASSED.has(name) || (PASSED_FORMS.test(name) && !CREDENTIAL.test(name))) passed[name] = value;
  }
  return passed;
}
