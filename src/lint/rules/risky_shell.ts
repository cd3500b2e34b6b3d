/** Commands that do more than they should when something is not as expected. */
import type { Rule } from "../rule.ts";
import { scalarPlace } from "../scalar_place.ts";

interface Risk {
  readonly pattern: RegExp;
  /** Only where the shell goes on after a failure. */
  readonly goesOn?: boolean;
  readonly message: (match: RegExpExecArray) => string;
  readonly fix: (match: RegExpExecArray) => string;
}

const RISKS: readonly Risk[] = [
  {
    pattern: /\brm\s+(?:-[\w-]{1,30}\s+){0,8}"?(\$(?:\{(\w+)\}|(\w+)))"?\/\*?(?=["\s;&|)]|$)/g,
    message: ([, reference]) => `rm deletes from / when ${reference} is empty`,
    fix: ([, , braced, plain]) => `write \${${braced ?? plain}:?}, which fails when it is empty`,
  },
  {
    pattern: /\b(?:curl|wget)\b[^\n;&|]{0,500}\|\s*(?:sudo\s+)?(?:ba|da|z|k)?sh\b/g,
    message: () => "what comes from the network is run as it is",
    fix: () => "save it to a file, compare its checksum, then run it",
  },
  {
    pattern: /\bchmod\s+(?:-\w{1,30}\s+){0,8}(?:0?777|a\+\w*w\w*|o\+\w*w\w*)\b/g,
    message: () => "everybody on the machine may change these files",
    fix: () => "give rights to the owner or a group: chmod u+rwX,g+rX",
  },
  {
    pattern: /\beval\s+[^\n;$]{0,200}\$/g,
    message: () => "eval runs what stands in a value as a program",
    fix: () => "call the program itself, with its values in quotes",
  },
  {
    pattern:
      /\b(?:mkfs(?:\.\w+)?\s|dd\s[^\n;]{0,200}\bof=\/dev\/(?!null|zero|stdout|stderr)|>\s*\/dev\/(?:sd|nvme|hd|vd))/g,
    message: () => "this overwrites a disk",
    fix: () => "keep such commands out of workflows, or name the device by a parameter that is checked",
  },
  {
    pattern: /\bkill(?:all)?\s+(?:-\w{1,30}\s+){0,8}-1\b(?!\s*\d)|\bkillall\s+-9\b/g,
    message: () => "this ends processes that are not those of the workflow",
    fix: () => "end one process by its id",
  },
  {
    pattern: /(?:^|[\n;]\s*)cd\s+[^\n;&|]{1,300}(?=$|[\n;])/g,
    goesOn: true,
    message: () => "the shell of this step goes on where it is when cd fails",
    fix: () => 'write cd … || exit 1, or use "workingDir"',
  },
];

/** Of one kind in one script. */
const MAX_FINDINGS = 20;

export const riskyShell: Rule = {
  name: "risky-shell",
  level: "warning",
  doc: "A command can destroy more than it is meant to, or runs what it does not know.",
  check: ({ scripts }) =>
    scripts.flatMap(({ text, node, goesOn }) =>
      RISKS.filter((risk) => !risk.goesOn || goesOn).flatMap(({ pattern, message, fix }) =>
        [...text.matchAll(pattern).filter((match) => !isComment(text, match.index)).take(MAX_FINDINGS)].map((
          match,
        ) => ({
          node,
          at: scalarPlace(node, match.index + (/^[\s;]*/.exec(match[0])?.[0].length ?? 0)).at,
          message: message(match),
          fix: fix(match),
        }))
      )
    ),
};

function isComment(text: string, at: number): boolean {
  return /(?:^|\s)#/.test(text.slice(text.lastIndexOf("\n", at) + 1, at));
}
