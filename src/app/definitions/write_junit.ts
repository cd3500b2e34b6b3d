import { replaceFile } from "../../platform/files/files.ts";
import { junitXml, type TestResult } from "../../testing/junit.ts";

/** Writes results of tests in the XML that build servers read. */
export async function writeJunit(file: string, results: readonly TestResult[]): Promise<void> {
  await replaceFile(file, junitXml(results));
}
