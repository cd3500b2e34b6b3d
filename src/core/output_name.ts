/** Key in `outputs.json`: `TOTAL_COUNT` becomes `totalCount`. Underscores alone decide: `totalCount` becomes `totalcount`. */
export function outputKey(name: string): string {
  const words = name.toLowerCase().split("_").filter((word) => word !== "");
  return words.map((word, index) => index === 0 ? word : word[0].toUpperCase() + word.slice(1)).join("") ||
    name;
}
