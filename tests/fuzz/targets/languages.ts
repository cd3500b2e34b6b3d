/** Small languages inside of definitions and on command lines. */
import { parseCron } from "../../../src/core/schedule/cron.ts";
import { parseDuration } from "../../../src/core/text/duration.ts";
import { messageOf } from "../../../src/core/errors.ts";
import { nextFire } from "../../../src/core/schedule/next_fire.ts";
import { paramsFromArgs, parseParams, quoteParams } from "../../../src/core/text/params_text.ts";
import { LinearRegex } from "../../../src/core/text/regex.ts";
import { checkTimeZone, timeZone } from "../../../src/core/schedule/time_zone.ts";
import { parseDotenv } from "../../../src/eval/dotenv.ts";
import { jsonAt, parseContainer } from "../../../src/eval/json_path.ts";
import { Scope } from "../../../src/eval/scope.ts";
import { type Dialect, prepareShellText } from "../../../src/eval/shell_text.ts";
import { expandText } from "../../../src/eval/text.ts";
import { expandWords, splitWords } from "../../../src/eval/words.ts";
import { globRegex } from "../../../src/executors/archive/glob.ts";
import { assert, assertEquals } from "../../assert.ts";
import { soup } from "../damage.ts";
import type { Target } from "../target.ts";

const NOW = Date.UTC(2026, 0, 31, 12);
const DIALECTS: readonly Dialect[] = ["posix", "fish", "powershell", "cmd", "other"];
const VALUES = {
  A: "one",
  LONG: "a".repeat(3000),
  JSON: '{"a":[1,{"b":"c"}],"__proto__":{"x":1}}',
  NUMBERS: "[1,2,9007199254740993]",
  EMPTY: "",
};
const variables = new Scope({
  dagEnv: new Map(Object.entries(VALUES)),
  steps: (id) => id === "step" ? { stdout: "/out", stderr: "/err", exitCode: 0 } : undefined,
});

const TEXT_WORDS = [
  ..."$ ${ } A LONG JSON NUMBERS EMPTY .a .a[1].b .__proto__ [0] [-1] :- := :? :+ # ## % %% / // ^ , :1:2 * ?"
    .split(
      " ",
    ),
  ...[
    "[a-z]",
    " ",
    "\n",
    "'",
    '"',
    "\\",
    "a",
    "step.stdout",
    "<<E\n",
    "E\n",
    "$((",
    "))",
    "1",
    "@",
    "!A",
    "|",
  ],
];

function of(words: readonly string[], check: Target["check"], most?: number): Target {
  return { make: (random) => soup(random, words, most), check };
}

export const LANGUAGES: Readonly<Record<string, Target>> = {
  cron: of([
    ..."* 0 5 59 / - , ? jan MON @daily @ 31 2 30 */7".split(" "),
    " ",
    " ",
    "TZ=Europe/Berlin ",
    "7",
  ], (text) => {
    const { cron, error } = parseCron(text);
    if (cron === null) return error;
    const zone = timeZone(cron.timeZone || "Europe/Berlin");
    for (let at: number | null = NOW, n = 0; at !== null && n < 5; n++) {
      const next = nextFire(cron, at, zone);
      assert(next === null || next > at, `${next} is not after ${at}`);
      at = next;
    }
    return "";
  }, 14),
  "time zone": of([..."Europe Berlin / UTC GMT + - 5 : Etc America Lord_Howe".split(" ")], checkTimeZone, 5),
  duration: of([..."1 30 0.5 . s m h d w ms µs ns 9999999999999999999".split(" ")], (text) => {
    const ms = parseDuration(text, ["d", "w"]);
    assert(ms === undefined || (Number.isFinite(ms) && ms >= 0), `${ms}`);
    return "";
  }),
  params: of([...'A= B= 1 \' " ` \\ {"a": [1,2] } [ ] : , "x"'.split(" "), " "], (text) => {
    const params = parseParams(text);
    paramsFromArgs([text]);
    assertEquals(parseParams(quoteParams(params)), params, "There and back");
    return "";
  }),
  "regular expression": of(
    [
      ..."a b . * + ? ( ) (?: (?i) [a-z] [^b] | ^ $ \\b \\d \\pL \\x{41} {2} {1000} {0,1000} {2,} \\Q \\E () ( (?i)) ){1000} [[:constructor:]]"
        .split(" "),
      "[[:alpha:]]",
    ],
    (pattern) => {
      const regex = new LinearRegex(pattern);
      for (const text of ["", "a", "ab\nba", "a".repeat(2000), "é🙂"]) regex.test(text);
      return "";
    },
    16,
  ),
  glob: of([..."a * ** / ? [a-z] [! { , } \\ .".split(" ")], (pattern) => {
    try {
      globRegex(pattern).test(`${"a".repeat(100)}/${"a/".repeat(20)}b`);
      return "";
    } catch (error) {
      return messageOf(error);
    }
  }),
  text: of(TEXT_WORDS, async (text) => {
    await expandText(text, variables);
    await expandWords(text, variables);
    return "";
  }),
  words: of(TEXT_WORDS, (text) => {
    splitWords(text);
    return "";
  }),
  "shell text": of(TEXT_WORDS, (text) => {
    for (const dialect of DIALECTS) prepareShellText(text, variables, dialect);
    return "";
  }, 30),
  dotenv: of(
    ["A", "=", "B=", "export ", " ", "\n", "'", '"', "$A", "${A", "}", "#", ": ", "\\", "`"],
    (text) => {
      parseDotenv(text);
      return "";
    },
    20,
  ),
  "JSON path": of([...'a . [0] [-1] ["x"] [ ] " \\ __proto__ constructor length'.split(" ")], (path) => {
    const root = parseContainer(VALUES.JSON);
    const value = jsonAt(root, path);
    assert(!/native code/.test(value ?? ""), value);
    return "";
  }),
  JSON: of(
    [...'[ ] { } " "a": , 1 1e999 12345678901234567890 null : [[[[[[[[ {"a":{"a":'.split(" ")],
    (text) => {
      jsonAt(parseContainer(text), "a[0]");
      return "";
    },
  ),
};
