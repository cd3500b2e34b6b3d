import { dag } from "@x/dagu/dag";

export default dag({ params: { FILE: "a" }, steps: [{ name: "copy", command: "cp $FILE b" }] });
