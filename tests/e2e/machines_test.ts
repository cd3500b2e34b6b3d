/** Workers on machines that are cut off, and coordinators that follow each other: the short form of the campaign. */
import { testNeeding } from "../needs.ts";
import { campaign } from "../campaigns/distributed.ts";

for (const name of ["cut15", "pair"]) {
  testNeeding({
    name: `machines: ${name}`,
    needs: ["ip", "unshare"],
    fn: async () => void await campaign(name),
  });
}
