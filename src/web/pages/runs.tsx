import { Empty } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useTitle } from "../title.ts";

export function Page() {
  useTitle("Runs");
  return (
    <>
      <PageHead title="Runs" />
      <Empty title="This page is being built" />
    </>
  );
}
