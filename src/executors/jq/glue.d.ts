/** The script that loads jq. */
declare const glue: string;
export default glue;
