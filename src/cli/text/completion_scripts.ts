/** Completion scripts, made from the tables of commands and flags. */
import { type Command, type CommandRow, GLOBAL_FLAGS } from "../command.ts";
import { powershell } from "./completion_powershell.ts";
import type { FlagSpec } from "../flags/flags.ts";

interface Row {
  readonly name: string;
  readonly summary: string;
  readonly rest: Command["rest"];
  /** What may follow. */
  readonly completes: "dags" | readonly string[];
  /** Its own flags and the global ones, without hidden ones. */
  readonly flags: readonly FlagSpec[];
}

export async function completionScript(shell: string, commands: readonly CommandRow[]): Promise<string> {
  const offered = commands.filter((row) => !row.hidden);
  const names = offered.map((row) => row.name);
  const rows = await Promise.all(
    offered.map(async ({ name, summary, load }): Promise<Row> => {
      const { command: { flags, rest, completes } } = await load();
      return {
        name,
        summary,
        rest,
        completes: completes === "commands" ? names : completes || [],
        flags: [...flags, ...GLOBAL_FLAGS].filter(shown),
      };
    }),
  );
  switch (shell) {
    case "bash":
      return bash(rows);
    case "zsh":
      return zsh(rows);
    case "powershell":
      return powershell(rows);
    default:
      return fish(rows);
  }
}

function shown(flag: FlagSpec): boolean {
  return !flag.hidden;
}

/** `-r` and `--run-id`. */
function spellings(flag: FlagSpec): string[] {
  return flag.short ? [`-${flag.short}`, `--${flag.name}`] : [`--${flag.name}`];
}

function isPath(flag: FlagSpec): boolean {
  return flag.value === "file" || flag.value === "dir";
}

/** Text between single quotes of any of the three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "’").replaceAll("\\", "/")}'`;
}

function bash(rows: readonly Row[]): string {
  const globalValues = (GLOBAL_FLAGS as readonly FlagSpec[]).filter((flag) => flag.kind !== "bool");
  const cases = rows.map(({ name, completes, flags }) => {
    const values = flags.filter((flag) => flag.kind !== "bool");
    const lines = values.map((flag) => {
      const words = flag.choices
        ? `COMPREPLY=($(compgen -W ${quoted(flag.choices.join(" "))} -- "$cur"))`
        : isPath(flag)
        ? `COMPREPLY=($(compgen -${flag.value === "dir" ? "d" : "f"} -- "$cur"))`
        : "COMPREPLY=()";
      return `        ${spellings(flag).join("|")}) ${words}; return ;;`;
    });
    const words = completes === "dags" ? `$("$1" completion --dags 2>/dev/null)` : completes.join(" ");
    return [
      `    ${name})`,
      ...(lines.length > 0 ? ['      case "$prev" in', ...lines, "      esac"] : []),
      `      flags=${quoted(flags.map((flag) => `--${flag.name}`).join(" "))}`,
      `      words="${words}"`,
      "      ;;",
    ].join("\n");
  });
  return `# bash completion for dagu
_dagu() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cmd="" flags="" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      --) COMPREPLY=($(compgen -f -- "$cur")); return ;;
      ${globalValues.flatMap(spellings).join("|")}) [ -n "$cmd" ] || ((i++)) ;;
      -*) ;;
      *) [ -n "$cmd" ] || cmd="\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$cmd" in
    "")
      flags=${quoted(GLOBAL_FLAGS.filter(shown).map((flag) => `--${flag.name}`).join(" "))}
      words=${quoted(rows.map((row) => row.name).join(" "))}
      ;;
${cases.join("\n")}
  esac
  if [[ "$cur" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -o default -F _dagu dagu
`;
}

function zsh(rows: readonly Row[]): string {
  const plain = (text: string) => text.replaceAll(/[\[\]:]/g, " ").replaceAll("'", "’");
  const argument = (flag: FlagSpec) => {
    const action = flag.kind === "bool"
      ? ""
      : flag.choices
      ? `:${flag.name}:(${flag.choices.join(" ")})`
      : `:${plain(flag.value ?? "text")}:${
        isPath(flag) ? (flag.value === "dir" ? "_files -/" : "_files") : " "
      }`;
    const tail = `'[${plain(flag.doc)}]${action}'`;
    if (flag.kind === "list") return spellings(flag).map((one) => `'*${one}'${tail}`).join(" ");
    if (!flag.short) return `'--${flag.name}'${tail}`;
    return `'(-${flag.short} --${flag.name})'{-${flag.short},--${flag.name}}${tail}`;
  };
  const cases = rows.map(({ name, completes, rest, flags }) => {
    const positional = completes === "dags"
      ? ["'1:dag:_dagu_dags'"]
      : completes.length === 0
      ? []
      : [`'1:word:(${completes.join(" ")})'`];
    const more = rest === "" ? [] : ["'*:arguments:_default'"];
    const specs = [...flags.map(argument), ...positional, ...more];
    return `        ${name})\n          _arguments -s \\\n            ${
      specs.join(" \\\n            ")
    }\n          ;;`;
  });
  return `#compdef dagu
_dagu_dags() {
  local -a names
  names=(\${(f)"$(dagu completion --dags 2>/dev/null)"})
  compadd -a names
  _files -g '*.(yaml|yml)'
}

_dagu() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${rows.map((row) => `    '${row.name}:${plain(row.summary)}'`).join("\n")}
  )
  _arguments -C \\
    ${(GLOBAL_FLAGS as readonly FlagSpec[]).filter(shown).map(argument).join(" \\\n    ")} \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
${cases.join("\n")}
      esac
      ;;
  esac
}

if [ "$funcstack[1]" = "_dagu" ]; then
  _dagu "$@"
else
  compdef _dagu dagu
fi
`;
}

function fish(rows: readonly Row[]): string {
  const lines = ["# fish completion for dagu", "complete -c dagu -f"];
  for (const { name, summary } of rows) {
    lines.push(`complete -c dagu -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`);
  }
  for (const flag of (GLOBAL_FLAGS as readonly FlagSpec[]).filter(shown)) {
    lines.push(`complete -c dagu -n __fish_use_subcommand ${fishFlag(flag)}`);
  }
  for (const { name, completes, flags } of rows) {
    const when = `complete -c dagu -n '__fish_seen_subcommand_from ${name}'`;
    for (const flag of flags) lines.push(`${when} ${fishFlag(flag)}`);
    if (completes === "dags") {
      lines.push(`${when} -a '(dagu completion --dags 2>/dev/null)'`);
      lines.push(`${when} -k -a '(__fish_complete_suffix .yaml)'`);
    } else if (completes.length > 0) lines.push(`${when} -a ${quoted(completes.join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
}

function fishFlag(flag: FlagSpec): string {
  const short = flag.short ? ` -s ${flag.short}` : "";
  const value = flag.kind === "bool"
    ? ""
    : flag.choices
    ? ` -x -a ${quoted(flag.choices.join(" "))}`
    : isPath(flag)
    ? " -r -F"
    : " -x";
  return `-l ${flag.name}${short}${value} -d ${quoted(flag.doc)}`;
}
