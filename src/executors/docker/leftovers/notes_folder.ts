/** Folder of the notes on engines that runs use, see `engine_notes.ts`. Absent until a first one is used. */
export function notesFolder(dataDir: string): string {
  return `${dataDir}/engines`;
}
