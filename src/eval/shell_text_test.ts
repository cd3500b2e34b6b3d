import { assert, assertEquals } from "../../tests/assert.ts";
import { Scope, valuesOf } from "./scope.ts";
import { dialectOf, prepareShellText } from "./shell_text.ts";

const JSON_TEXT = '{"a":{"b":[1,2]},"s":"x \\"y","txt":"T","n":null}';

const scope = new Scope({
  dagEnv: new Map([["K", "kept"], ["J", JSON_TEXT]]),
  secrets: new Map([["SEC", "s3cret"]]),
  params: valuesOf([{ name: "1", value: "p 1" }, { name: "3", value: "p3" }, { name: "X", value: 'v"x' }]),
  outputs: new Map([["OUT", "two words"]]),
  steps: (id) => id === "mk-it" ? { stdout: "/logs/a b.out", stderr: "/logs/e", exitCode: 3 } : undefined,
});

function posix(text: string): { text: string; env: Record<string, string>; uses: string[] } {
  return prepareShellText(text, scope, "posix");
}

Deno.test("what the shell expands is left to it", () => {
  for (
    const text of [
      'echo $X ${X} "${OUT}" ${X:-d} ${#X} ${X%%.*} $(cat ${OUT}) `echo $X` $((X + ${X}))',
      "cat <<EOF\n$X 'it is ${OUT}'\nEOF\n",
      'echo "\\${X}" \\$X # it\'s $X',
      "echo ${UNKNOWN.path} $UNKNOWN",
    ]
  ) {
    assertEquals(posix(text).text, text);
  }
  assertEquals(posix("echo $X ${OUT:-x} $NOPE").uses, ["X", "OUT"]);
});

Deno.test("paths become variables", () => {
  assertEquals(posix('echo ${J.s} "${J.a.b}" ${J.s}'), {
    text: 'echo ${DAGU_REF_1} "${DAGU_REF_2}" ${DAGU_REF_1}',
    env: { DAGU_REF_1: 'x "y', DAGU_REF_2: "[1,2]" },
    uses: [],
  });
  assertEquals(posix("echo $J.txt, $K.txt ${J.none} ${K.none} ${mk-it.stdout} ${mk-it.exitCode:0:1}"), {
    text: "echo ${DAGU_REF_1}, $K.txt ${DAGU_REF_2} ${K.none} ${DAGU_REF_3} ${DAGU_REF_4}",
    env: { DAGU_REF_1: "T", DAGU_REF_2: "", DAGU_REF_3: "/logs/a b.out", DAGU_REF_4: "3" },
    uses: ["K"],
  });
});

Deno.test("single quotes", () => {
  assertEquals(
    posix("echo '${X}' '$X' '${K} b' 'a $NOPE' 'a ${SEC}'").text,
    "echo '${X}' '$X' '${K} b' 'a $NOPE' 'a ${SEC}'",
  );
  assertEquals(posix("echo 'a ${OUT} b'").text, "echo 'a '\"${DAGU_REF_1}\"' b'");
  assertEquals(posix("echo '${OUT} b' 'a ${OUT}'").text, "echo '${OUT} b' 'a ${OUT}'");
  const json = posix(`curl -d '{"x":"\${X}","y":\${J.a}}' u`);
  assertEquals(json.text, `curl -d '{"x":"'"\${DAGU_REF_1}"'","y":'"\${DAGU_REF_2}"'}' u`);
  assertEquals(json.env, { DAGU_REF_1: 'v\\"x', DAGU_REF_2: '{"b":[1,2]}' });
  assertEquals(posix("awk '{print $1}' '$1'").text, "awk '{print $1}' '$1'");
});

Deno.test("a program in quotes reads the environment itself", () => {
  const text =
    `sh -c 'echo $X "\${OUT}"' && env A=1 /bin/bash -ec 'echo ${"${K}"} x' && trap 'echo $X!' EXIT`;
  assertEquals(posix(text).text, text);
  assertEquals(posix("sh -c 'echo ${J.s} x'").text, "sh -c 'echo ${DAGU_REF_1} x'");
  assertEquals(posix('bash -c "echo ${J.s} ${X}"').text, 'bash -c "echo \\${DAGU_REF_1} ${X}"');
  assertEquals(
    posix("bash <<'EOF'\necho ${X} ${J.s}\nEOF").text,
    "bash <<'EOF'\necho ${X} ${DAGU_REF_1}\nEOF",
  );
  assertEquals(posix("grep -c 'a ${OUT} b' f").text, "grep -c 'a '\"${DAGU_REF_1}\"' b' f");
});

Deno.test("a program elsewhere is handed the values", () => {
  const docker = posix("docker exec c sh -c 'echo ${OUT} ${J.s}'");
  assertEquals(docker.text, "docker exec c sh -c ''\"${DAGU_REF_2}\"'echo ${OUT} ${DAGU_REF_1}'");
  assertEquals(docker.env, { DAGU_REF_2: "OUT='two words'; DAGU_REF_1='x \"y'; " });
  const ssh = posix(`ssh host 'echo "\${X}" \${OUT}'`);
  assertEquals(ssh.text, `ssh host 'echo "'"\${DAGU_REF_1}"'" '"\${DAGU_REF_2}"''`);
  assertEquals(ssh.env, { DAGU_REF_1: 'v\\"x', DAGU_REF_2: "'two words'" });
  assertEquals(
    posix("ssh host sh <<'EOF'\necho ${OUT}\nEOF").text,
    "ssh host sh <<'EOF'\nOUT='two words'; echo ${OUT}\nEOF",
  );
});

Deno.test("here-documents", () => {
  assertEquals(
    posix("cat <<'EOF' <<-\"E2\"\n${X} $K \"${X}\" (${OUT}) '${OUT}'\nEOF\n\t${J.s}\n\tE2\necho 'a ${OUT}.'")
      .text,
    'cat <<\'EOF\' <<-"E2"\nv"x $K "v\\"x" (two words) \'${OUT}\'\nEOF\n\tx "y\n\tE2\necho \'a \'"${DAGU_REF_1}"\'.\'',
  );
  const tricky = new Scope({ params: new Map([["A", "x\nEOF\ntouch y"], ["B", "E"], ["C", "OF"]]) });
  for (const body of ["${A}", "${B}${C}"]) {
    const text = `cat <<'EOF'\n${body}\nEOF\n`;
    assertEquals(prepareShellText(text, tricky, "posix").text, text);
  }
  assertEquals(posix('cat <<EOF\n{"x": "${X}"}\nEOF').env, { DAGU_REF_1: 'v\\"x' });
  const assigned = 'X=1; cat <<EOF\n{"x": "${X}"}\nEOF';
  assertEquals(posix(assigned).text, assigned);
});

Deno.test("positional parameters are those of the shell", () => {
  assertEquals(posix('echo $1 "${3}" $2'), {
    text: 'set -- "${DAGU_PARAM_1}" "" "${DAGU_PARAM_3}"; echo $1 "${3}" $2',
    env: { DAGU_PARAM_1: "p 1", DAGU_PARAM_3: "p3" },
    uses: [],
  });
  assertEquals(posix("#!/bin/sh\necho $1\n").text, '#!/bin/sh\nset -- "${DAGU_PARAM_1}"; echo $1\n');
  assertEquals(posix("echo $2 $10 ${11}").text, 'set -- "${DAGU_PARAM_1}"; echo $2 $10 ${11}');
  assertEquals(posix("echo $2 $9").text, "echo $2 $9");
});

Deno.test("case patterns, comments and nesting do not confuse the quotes", () => {
  const tail = " 'a ${OUT}.'";
  for (
    const head of [
      'x=$(case $X in a) echo "it\'s";; (b) echo 2;; esac)',
      "# don't\necho",
      "echo $'it\\'s ${OUT}'",
      "echo a#b $# ${#X} $((1 << 2)) `echo 'x'`",
      'echo "$(echo "in $(echo \'deep\')")"',
      "f() { local who=$X; }\nf",
      "cat <<< 'x'",
      "(( 1 << 2 )); echo",
      "diff <(echo 'a') >(cat)",
      "echo ${X:-it\\'s} \"${X:-it's}\"",
    ]
  ) {
    assertEquals(posix(head + tail).text, `${head} 'a '"\${DAGU_REF_1}"'.'`, head);
  }
});

Deno.test("malformed texts are left to the shell", () => {
  for (
    const text of ["echo 'a ${OUT}", 'echo "$(x" \'a ${OUT}', "echo $(echo 'a", "${X:-", "$(".repeat(5000)]
  ) {
    assertEquals(posix(text).text, text);
  }
});

Deno.test("long texts take time in proportion", () => {
  for (
    const unit of [
      "'a ${OUT}' ",
      "${X:-",
      "`",
      "$((",
      '"${J.s}',
      "cat <<E\n",
      "ssh h 'a ${X}' ",
      "echo ${X ",
      "|",
    ]
  ) {
    const begun = performance.now();
    posix(unit.repeat(Math.ceil(200_000 / unit.length)));
    assert(performance.now() - begun < 3000, `${unit} takes too long`);
  }
});

Deno.test("fish, PowerShell and other languages", () => {
  const fish = prepareShellText(
    "echo ${X} \"a ${X} $K\" '$X' 'a ${X}' 'a ${X}.' $1 ${J.s}",
    scope,
    dialectOf("/usr/bin/fish"),
  );
  assertEquals(
    fish.text,
    `echo "$X" "a ""$X"" $K" '$X' 'a \${X}' 'a '"$X"'.' "$DAGU_PARAM_1" "$DAGU_REF_2"`,
  );
  const pwsh = prepareShellText("echo ${X} \"a ${X}\" 'a ${OUT}.' '${OUT} b' $x2", scope, dialectOf("pwsh"));
  assertEquals(pwsh.text, "echo ${env:X} \"a ${env:X}\" 'a two words.' '${OUT} b' $x2");
  const python = prepareShellText(
    `print("\${X}", '\${X}', 'a \${X}', '\${OUT} b', 'a \${OUT} b', "$OUT", "\${K}", "$1", \${J.a})`,
    scope,
    dialectOf("python3"),
  );
  assertEquals(
    python.text,
    `print("v\\"x", '\${X}', 'a \${X}', '\${OUT} b', 'a two words b', "two words", "\${K}", "p 1", {"b":[1,2]})`,
  );
  assertEquals(dialectOf("C:\\Windows\\cmd.exe"), "cmd");
  assertEquals(dialectOf(""), "posix");
});
