import { assert, assertEquals } from "../../tests/assert.ts";
import { loadDag } from "../spec/load.ts";
import { parseYaml } from "../spec/yaml/yaml_parse.ts";
import { Source } from "../spec/yaml/yaml_source.ts";
import type { Finding } from "./finding.ts";
import { lint, mended } from "./lint.ts";
import { RULES } from "./rules.ts";
import { scalarPlace } from "./scalar_place.ts";

const FILE = "/dags/flow.yaml";

function findings(text: string): Finding[] {
  return lint(text, FILE, loadDag({ text, file: FILE }));
}

interface Case {
  /** What is found in it: line, column and the beginning of the message. */
  readonly bad: string;
  readonly finds: readonly string[];
  /** The same without the mistake, and what looks like it. */
  readonly good: string;
}

/** By rule. */
const CASES: Readonly<Record<string, Case>> = {
  "unquoted-expansion": {
    bad: `params: { FILE: a, DIR: b }
steps:
  - command: cp $FILE \${DIR}/x
  - command:
      - "rm $FILE"
  - script: |
      set -e
      if test -f "$FILE"; then
        cat $FILE > out
      fi
  - $FILE
handlerOn:
  exit: { command: "ls '$DIR' $DIR" }
`,
    finds: [
      "3:17 $FILE is not quoted",
      "3:23 ${DIR} is not quoted",
      "5:13 $FILE is not quoted",
      "9:13 $FILE is not quoted",
      "11:5 $FILE is not quoted",
      "13:31 $DIR is not quoted",
    ],
    good: `params: { FILE: a, N: 3 }
steps:
  - command: cp "$FILE" '$FILE' "\${FILE}/x" $HOME $((N + $N)) $(basename "$FILE")
  - script: |
      X=$FILE; export Y=$FILE
      Z=a/$FILE make
      if [[ $FILE == a ]]; then :; fi
      case $FILE in a) ;; esac
      for part in $FILE; do echo "$part"; done
      set -- $FILE
      cat <<< $FILE
      echo \${#FILE}
      cat <<END
      $FILE
      END
  - { shell: direct, command: cp $FILE x }
  - { shell: fish, command: cp $FILE x }
  - { command: python3, script: "print($FILE)" }
  - script: |
      #!/usr/bin/env python3
      print($FILE)
  - { type: jq, script: .a, command: '{"a": $FILE}' }
`,
  },
  "risky-shell": {
    bad: `steps:
  - command: rm -rf "$DIR"/*
  - command: rm -r $DIR/
  - command: curl -s https://example.com/install | sudo bash
  - script: |
      # chmod 777 is wrong
      chmod -R 777 /srv
  - command: eval "$CODE"
  - command: dd if=x of=/dev/sda
  - command: killall -9 java
  - shell: bash
    script: |
      cd /srv
      rm x
`,
    finds: [
      "2:14 rm deletes from / when $DIR is empty",
      "3:14 rm deletes from / when $DIR is empty",
      "4:14 what comes from the network is run",
      "7:7 everybody on the machine may change",
      "8:14 eval runs what stands in a value",
      "9:14 this overwrites a disk",
      "10:14 this ends processes",
      "13:7 the shell of this step goes on",
    ],
    good: `steps:
  - command: rm -rf "\${DIR:?}"/*
  - command: rm "$FILE"
  - command: curl -s https://example.com/data | jq .
  - command: chmod 750 /srv
  - command: dd if=/dev/zero of=/dev/null
  - command: kill "$PID"
  - script: |
      cd /srv
      rm x
  - shell: bash
    script: cd /srv || exit 1
`,
  },
  "missing-timeout": {
    bad: `schedule: "0 2 * * *"
steps:
  - { name: a, command: a, timeoutSec: 10 }
  - { name: b, command: b }
  - { name: c, command: c }
`,
    finds: ["1:11 step b and 1 more may take for ever"],
    good: `schedule: "0 2 * * *"
timeoutSec: 60
steps: [a]
---
name: child
steps: [b]
`,
  },
  "never-fires": {
    bad: `timeoutSec: 9
schedule:
  start: ["0 2 30 2 *", "0 2 * * *"]
steps: [a]
`,
    finds: ['3:3 the schedule "0 2 30 2 *" never fires'],
    good: `timeoutSec: 9
schedule: ["0 2 29 2 *", "0 2 31 * 1", "@reboot", "@daily"]
steps: [a]
`,
  },
  "wide-permissions": {
    bad: `permissions: { read: true }
steps:
  - type: ts
    permissions: { net: true, write: [/data, /etc], run: [git, /bin/sh], env: ["*"] }
    script: x
`,
    finds: [
      '1:22 "read: true" allows everything',
      '4:25 "net: true" allows everything',
      '4:38 write "/etc" allows far more',
      '4:58 run "/bin/sh" allows every program',
      '4:79 env "*" allows everything',
    ],
    good: `permissions: { read: [/data], env: [TOKEN] }
steps:
  - { type: ts, permissions: { net: [example.com], run: [git], write: [/etc/motd] }, script: x }
  - { command: curl x, permissions: { net: true } }
`,
  },
  "plain-secret": {
    bad: `env: [{ DB_PASSWORD: hunter2 }, "API_TOKEN=abc"]
params: { SECRET: s3 }
smtp: { host: h, password: pw }
steps:
  - command: curl -u admin:pw https://example.com
  - command: psql postgres://me:pw@db/x
  - script: |
      export X=1
      curl -H 'Authorization: Bearer abcdefgh12' https://example.com
  - { type: http, command: GET https://x, config: { headers: { X-Api-Key: k, authorization: "token" } } }
`,
    finds: [
      "1:22 the value of DB_PASSWORD",
      "1:33 the value of API_TOKEN",
      "2:19 the value of SECRET",
      "3:28 the value of password",
      "5:14 a login of curl",
      "6:19 a password in an address",
      "9:16 an access token",
      "10:75 the value of X-Api-Key",
    ],
    good: `env: [{ DB_PASSWORD: "\${FROM_ELSEWHERE}" }, { TOKEN_FILE: /run/token }, { PASSWORD: "" }]
secrets: [{ name: TOKEN, provider: env, key: MY_TOKEN }]
smtp: { host: h, password: "\${SMTP_PASSWORD}" }
steps:
  - command: curl -u "admin:$PW" "https://me:$PW@example.com/a:b@c"
  - script: |
      curl -H "Authorization: Bearer $TOKEN" https://example.com:80/@x
tests: [{ name: t, secrets: { TOKEN: made-up }, env: { PASSWORD: x } }]
`,
  },
  "unknown-reference": {
    bad: `steps:
  - { id: fetch, name: a, command: a, output: DATA }
  - { name: b, command: "cat \${fetsch.stdout} \${DATE.x} \${nothing.like.it}" }
`,
    finds: [
      '3:30 ${fetsch.stdout} refers to "fetsch"',
      '3:47 ${DATE.x} refers to "DATE"',
      '3:57 ${nothing.like.it} refers to "nothing"',
    ],
    good: `params: { P: '{"x":1}', my.dot: 1 }
steps:
  - echo \${my.dot}
  - { id: fetch, name: a, command: a, output: DATA }
  - { name: b, env: [{ E: "{}" }], command: "cat \${fetch.stdout} \${DATA.x} \${P.x} \${E.x} $HOME.x" }
`,
  },
  "busy-loop": {
    bad: `steps:
  - command: a
    repeatPolicy: { repeat: until, condition: b, expected: c }
`,
    finds: ["3:19 step cmd_1 is repeated without a pause"],
    good: `steps:
  - { command: a, repeatPolicy: { repeat: until, condition: b, intervalSec: 1 } }
  - { command: a, repeatPolicy: { repeat: true, limit: 3 } }
`,
  },
  "unverified-peer": {
    bad: `ssh: { host: h, user: u, strictHostKey: false }
steps:
  - { type: http, command: GET https://x, config: { skip_tls_verify: true } }
`,
    finds: ['1:41 "strictHostKey: false" accepts', '3:70 "skip_tls_verify: true" accepts'],
    good: `ssh: { host: h, user: u, strictHostKey: true }
steps:
  - { type: http, command: GET https://x, config: { skipTLSVerify: false } }
`,
  },
  "floating-image": {
    bad: `container: { image: alpine }
steps:
  - { command: a, container: { image: "host:5000/x:latest" } }
  - { type: docker, config: { image: redis }, command: b }
`,
    finds: [
      '1:12 the image "alpine" may be another one',
      '3:30 the image "host:5000/x:latest" may',
      '4:29 the image "redis" may be',
    ],
    good: `container: { image: "alpine:3.22" }
steps:
  - { command: a, container: { image: "x@sha256:abc" } }
  - { type: docker, config: { image: "$IMAGE" }, command: b }
`,
  },
  "unreachable-timeout": {
    bad: `timeoutSec: 60
steps:
  - { name: a, command: a, timeoutSec: 90 }
`,
    finds: ["3:40 step a may take 90 s, but its DAG is stopped after 60 s"],
    good: `timeoutSec: 60
steps:
  - { command: a, timeoutSec: 60 }
  - b
`,
  },
};

Deno.test("lint: every rule has a case", () => {
  assertEquals(Object.keys(CASES).sort(), RULES.map(({ name }) => name).sort());
});

for (const [rule, { bad, finds, good }] of Object.entries(CASES)) {
  Deno.test(`lint: ${rule}`, () => {
    const found = findings(bad).filter((one) => one.rule === rule);
    const places = found.map(({ line, column, message }) => `${line}:${column} ${message}`);
    assertEquals(places.map((text, i) => text.slice(0, finds[i]?.length)), finds, places.join("\n"));
    for (const { fix } of found) assert(fix !== "", "there is no fix");
    assertEquals(findings(good).filter((one) => one.rule === rule), [], "found where nothing is wrong");
  });
}

Deno.test("lint: edits give a definition in which nothing is left to mend", () => {
  const { bad } = CASES["unquoted-expansion"]!;
  const text = mended(bad, findings(bad));
  assertEquals(
    text,
    bad.replace("cp $FILE ${DIR}/x", 'cp "$FILE" "${DIR}"/x').replace('"rm $FILE"', '"rm \\"$FILE\\""')
      .replace("cat $FILE >", 'cat "$FILE" >').replace("' $DIR\"", '\' \\"$DIR\\""'),
  );
  assertEquals(findings(text).map(({ line }) => line), [11]);
});

Deno.test("lint: findings can be let pass, on their line, the line above, or in the whole file", () => {
  const text = (note: string, end = "") =>
    `params: { A: a }\nsteps:\n  ${note}\n  - command: b $A${end}\n  - command: c\n  - command: d $A\n`;
  const lines = (given: string) => findings(given).map(({ line }) => line);
  assertEquals(lines(text("# nothing")), [4, 6]);
  assertEquals(lines(text("# lint-ignore unquoted-expansion")), [6]);
  assertEquals(lines(text("# lint-ignore busy-loop")), [4, 6]);
  assertEquals(lines(text("#", " # lint-ignore busy-loop, unquoted-expansion")), [6]);
  assertEquals(lines(text("# lint-ignore-file unquoted-expansion")), []);
});

Deno.test("lint: long texts are looked through in a time that does not explode", () => {
  const parts = [
    "rm -a ",
    "curl x ",
    "chmod -a ",
    "a://b:",
    "curl -u ",
    "$X ",
    "[[ $X",
    "dd of=/dev/null ",
    "kill -a ",
  ];
  for (const part of [...parts, "eval ", "\ncd a", "a=", "${X.", "rm $X/* "]) {
    const script = JSON.stringify(part.repeat(100_000 / part.length));
    const found = findings(`params: { X: 1 }\nsteps:\n  - shell: bash\n    script: ${script}\n`);
    assert(found.length <= 200, `${found.length} findings for ${part}`);
  }
});

Deno.test("lint: places in values of every kind", () => {
  const place = (value: string, part: string) => {
    const text = `a:\n  b: ${value}\n`;
    const [root] = parseYaml(new Source(FILE, text)).roots;
    assert(root?.kind === "map" && root.entries[0]?.value.kind === "map");
    const node = root.entries[0].value.entries[0]!.value;
    assert(node.kind === "scalar");
    const { at, exact } = scalarPlace(node, node.text.indexOf(part));
    return exact ? text.slice(at, at + part.length) : `somewhere from ${text[at]}`;
  };
  assertEquals(place("one two", "two"), "two");
  assertEquals(place('"one two"', "two"), "two");
  assertEquals(place("'one two'", "two"), "two");
  assertEquals(place("|\n    one\n      two\n\n    three", "two"), "two");
  assertEquals(place("|-\n    one\n\n    three", "three"), "three");
  assertEquals(place("|\n    one", "one"), "one");
  assertEquals(place('"one\\ttwo"', "two"), 'somewhere from "');
  assertEquals(place(">\n    one\n    two", "two"), "somewhere from  ");
});
