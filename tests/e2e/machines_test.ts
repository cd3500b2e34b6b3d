/** Workers on machines that are cut off, and coordinators that follow each other: the short form of the campaign. */
import { testNeeding } from "../needs.ts";
import { campaign } from "../campaigns/distributed.ts";

for (const [name, storage] of [["cut15", "shared"], ["pair", "shared"], ["cut15", "remote"]] as const) {
  testNeeding({
    name: `machines: ${name}, ${storage} storage`,
    needs: ["ip", "unshare"],
    fn: async () => void await campaign(name, storage),
  });
}
