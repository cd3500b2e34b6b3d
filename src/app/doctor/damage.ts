/** Records, definitions and the format of the data. */
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../core/errors.ts";
import { DagFiles } from "../../stores/file/dags/dag_files.ts";
import { DATA_FORMAT, readDataFormat } from "../../stores/file/data_format.ts";
import { openStores } from "../stores.ts";
import { type Finding, Notes } from "./finding.ts";

/** Newest runs of each DAG that are looked at. */
const RUNS = 200;

export async function examineDamage(config: Config): Promise<Finding[]> {
  const notes = new Notes("data");
  examineFormat(config, notes);
  await examineHistory(config, notes);
  await examineDefinitions(config, notes);
  return notes.found;
}

function examineFormat({ paths: { dataDir } }: Config, notes: Notes): void {
  try {
    const known = readDataFormat(dataDir);
    if (known === null) return notes.add("ok", "The data says no format: a service writes it when it begins");
    if (known.format > DATA_FORMAT) {
      return notes.add(
        "error",
        `The data is in format ${known.format}, of version ${known.program}; this program reads ${DATA_FORMAT}`,
        "use the newer program",
      );
    }
    notes.add("ok", `The data is in format ${known.format}`);
  } catch (error) {
    notes.add(
      "error",
      messageOf(error),
      `dagu upgrade writes it again; the rest of the data does not depend on it`,
    );
  }
}

async function examineHistory(config: Config, notes: Notes): Promise<void> {
  const { runs, damaged } = openStores(config);
  let seen = 0;
  for (const name of await runs.names()) {
    try {
      seen += (await runs.list(name, { limit: RUNS })).filter(({ damaged }) => !damaged).length;
    } catch (error) {
      notes.add("error", `The history of "${name}" cannot be read: ${messageOf(error)}`, "see recovery.md");
    }
  }
  for (const folder of damaged) {
    notes.add(
      "warning",
      `The record in "${folder}" is damaged: nothing is known of the run`,
      "its logs can be read; move the folder away when they are not needed",
    );
  }
  notes.add("ok", `${seen} runs can be read, the newest ${RUNS} of each DAG were looked at`);
}

async function examineDefinitions(config: Config, notes: Notes): Promise<void> {
  const { dags } = openStores(config);
  const files = new DagFiles(config.paths).list();
  let good = 0;
  for (const { path } of files) {
    try {
      await dags.load(path);
      good++;
    } catch (error) {
      notes.add("warning", messageOf(error).split("\n")[0]!, `dagu validate "${path}"`);
    }
  }
  notes.add("ok", `${good} of ${files.length} definitions can be read`);
}
