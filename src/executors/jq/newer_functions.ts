/** Functions of newer jq programs that the one at hand does not know. */

const FUNCTIONS: Readonly<Record<string, string>> = {
  add: "def add(f): reduce f as $x (null; . + $x);",
  skip: 'def skip($n; f): if $n < 0 then error("skip: the number must not be negative") ' +
    "else foreach f as $x ($n; . - 1; if . < 0 then $x else empty end) end;",
  toboolean:
    'def toboolean: if type == "boolean" then . elif . == "true" then true elif . == "false" then false ' +
    'else error("\\(type) (\\(tojson)) cannot be parsed as a boolean") end;',
  ltrim:
    'def ltrim: if type == "string" then sub("^\\\\s+"; "") else error("\\(type) cannot be trimmed") end;',
  rtrim:
    'def rtrim: if type == "string" then sub("\\\\s+$"; "") else error("\\(type) cannot be trimmed") end;',
  trim: 'def trim: if type == "string" then sub("^\\\\s+"; "") | sub("\\\\s+$"; "") ' +
    'else error("\\(type) cannot be trimmed") end;',
  trimstr: "def trimstr($s): ltrimstr($s) | rtrimstr($s);",
};

/** The program with those of the functions in front, in its first line, that it may use. */
export function withNewerFunctions(program: string): string {
  return Object.entries(FUNCTIONS).filter(([name, definition]) => {
    const call = definition.startsWith(`def ${name}(`) ? `\\b${name}\\s*\\(` : `\\b${name}\\b`;
    return new RegExp(call).test(program);
  }).map(([, definition]) => `${definition} `).join("") + program;
}
