/** Which passwords are taken. */

const LEAST = 12;
const MOST = 128;

/** Words that passwords of that length are commonly made of. */
const COMMON = [
  "password",
  "passw0rd",
  "qwerty",
  "qwertz",
  "asdfgh",
  "letmein",
  "welcome",
  "iloveyou",
  "administrator",
  "admin",
  "changeme",
  "secret",
  "monkey",
  "dragon",
  "football",
  "dagu",
];

/** "" or what is wrong with a password; the text never holds it. */
export function checkPassword(password: string, username: string): string {
  const length = [...password].length;
  if (length < LEAST) return `The password has ${length} characters, at least ${LEAST} are needed`;
  if (length > MOST) return `The password has ${length} characters, at most ${MOST} are allowed`;
  if (new Set(password).size < 5) return "The password repeats the same few characters: choose another one";
  const rest = [...COMMON, username.toLowerCase()].reduce(
    (text, word) => word === "" ? text : text.replaceAll(word, ""),
    password.toLowerCase(),
  ).replace(/0?123456789?0?|[0-9\W_]{1,4}$/g, "");
  if (rest.length < 5) return "The password is made of common words and digits: choose another one";
  return "";
}
