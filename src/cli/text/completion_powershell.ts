/** The completion script for PowerShell. */
import { GLOBAL_FLAGS } from "../command.ts";

interface Row {
  readonly name: string;
  readonly completes: "dags" | readonly string[];
  readonly flags: readonly { readonly name: string }[];
}

/** Offers commands, flags, the words that a command takes, and names of DAGs. */
export function powershell(rows: readonly Row[]): string {
  const flagsOf = (flags: Row["flags"]) => list(flags.map((flag) => `--${flag.name}`));
  const flags = rows.map((row) => `    '${row.name}' = ${flagsOf(row.flags)}`);
  const words = rows.flatMap(({ name, completes }) =>
    typeof completes === "string" || completes.length === 0 ? [] : [`    '${name}' = ${list(completes)}`]
  );
  const dags = rows.filter((row) => row.completes === "dags").map((row) => row.name);
  return `# PowerShell completion for dagu
Register-ArgumentCompleter -Native -CommandName dagu -ScriptBlock {
  param($word, $ast, $cursor)
  $flags = @{
    '' = ${flagsOf(GLOBAL_FLAGS.filter((flag) => !("hidden" in flag)))}
${flags.join("\n")}
  }
  $words = @{
    '' = ${list(rows.map((row) => row.name))}
${words.join("\n")}
  }
  $dags = ${list(dags)}
  $command = ''
  foreach ($element in $ast.CommandElements | Select-Object -Skip 1) {
    $text = $element.ToString()
    if ($text -ne $word -and $words[''] -contains $text) { $command = $text; break }
  }
  $offered = if ($word.StartsWith('-')) { $flags[$command] }
    elseif ($dags -contains $command) { dagu completion --dags 2>$null }
    else { $words[$command] }
  $offered | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function list(words: readonly string[]): string {
  return `@(${words.map((word) => `'${word}'`).join(", ")})`;
}
