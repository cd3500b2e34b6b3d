/** Definitions that a new home begins with. */

export interface ExampleDag {
  /** Name of the file. */
  readonly file: string;
  readonly text: string;
}

/** What `dagu init` makes. */
export const FIRST_DAG: ExampleDag = {
  file: "hello.yaml",
  text: `# A first workflow. Run it:           dagu start hello
# With another parameter:            dagu start hello -- WHO=Ada
# What is wrong after an edit:       dagu validate hello
description: Greets somebody and counts the letters
params:
  - WHO: world
steps:
  - name: greet
    command: echo "Hello, $WHO!"
    output: GREETING
  - name: count
    command: printf %s "$GREETING" | wc -c
    output: LETTERS
  - name: tell
    command: echo "\\"$GREETING\\" has $LETTERS characters"
# Take the "#" away, and "dagu start-all" runs it every morning at half past seven:
# schedule: "30 7 * * *"
`,
};

/** What the services write into a folder of definitions that is empty, under the names that Dagu uses. */
export const EXAMPLE_DAGS: readonly ExampleDag[] = [
  {
    file: "example-01-basic-sequential.yaml",
    text: `description: Steps run one after the other; a value goes from one to the next
steps:
  - name: fetch
    command: echo 42
    output: ANSWER
  - name: check
    command: test "$ANSWER" -gt 0
  - name: report
    command: echo "The answer is $ANSWER"
`,
  },
  {
    file: "example-02-parallel-execution.yaml",
    text: `description: Two branches run side by side, the last step waits for both
type: graph
steps:
  - name: prepare
    command: echo "ready"
  - name: left
    command: sleep 1 && echo "left is done"
    depends: prepare
  - name: right
    command: sleep 1 && echo "right is done"
    depends: prepare
  - name: join
    command: echo "both are done"
    depends: [left, right]
`,
  },
  {
    file: "example-03-scheduling.yaml",
    text: `description: Starts by itself every night at ten past two while a scheduler runs
schedule: "10 2 * * *"
histRetentionDays: 7
steps:
  - name: free
    description: Tried again when it fails
    command: df -h .
    retryPolicy:
      limit: 2
      intervalSec: 30
handlerOn:
  failure:
    command: echo "The disks could not be looked at" >&2
`,
  },
  {
    file: "example-04-nested-workflows.yaml",
    text: `description: A workflow that calls another one, once for each city
steps:
  - name: cities
    call: greet-city
    parallel:
      items: [Oslo, Lima, Kyoto]
      maxConcurrent: 2
    params: "CITY=\${ITEM}"
  - name: end
    command: echo "All cities were greeted"

---
name: greet-city
description: Called by the workflow above
params:
  - CITY: nowhere
steps:
  - name: greet
    command: echo "Good morning, $CITY"
`,
  },
  {
    file: "example-05-container-workflow.yaml",
    text: `description: All steps run in one container; needs Docker or Podman
container:
  image: python:3.13-slim
steps:
  - name: version
    command: python3 --version
  - name: compute
    command: python3 -c "print(sum(range(101)))"
`,
  },
];
