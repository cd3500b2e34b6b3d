// @ts-self-types="./glue.d.ts"
// JavaScript, so that a bundle can have the text itself in its place.
import glue from "jq-web/jq.js" with { type: "text" };

export default glue;
