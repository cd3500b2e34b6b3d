/** Shapes of the names by which runs and definitions are addressed. No path is made of anything else. */
import { text } from "../http/schema.ts";

/** A name as it may stand in the folder of definitions; it is only looked up there. */
export const fileNameShape = text({
  pattern: /^[^/.\0][^/\0]*(\/[^/.\0][^/\0]*)*$/,
  max: 200,
  description: "Path of the file below the folder of definitions, without its ending; %2F between folders",
});

/** Name of a DAG as runs are recorded under it. */
export const dagNameShape = text({ pattern: /^[^\0]+$/, max: 200 });

/** Id of a DAG-run. */
export const runIdShape = text({ pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/, max: 64 });

/** Id of a DAG-run that begins. */
export const givenRunIdShape = text({
  pattern: /^([A-Za-z0-9_][A-Za-z0-9_-]{0,63})?$/,
  max: 64,
  description: "Made when it is empty",
});

export const stepNameShape = text({ max: 200 });

/** Name of a definition that is made. */
export const newNameShape = text({
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,39}$/,
  max: 40,
  description: "Letters, digits, dashes, dots and underscores",
});

/** Name of a DAG in place of that of its definition. */
export const givenNameShape = text({
  pattern: /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,39})?$/,
  max: 40,
  description: "That of the definition when it is empty",
});

export const givenQueueShape = text({
  pattern: /^([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$/,
  max: 64,
  description: "That of the definition when it is empty",
});

/** The text of a definition. */
export const specText = text({ max: 1_000_000 });
