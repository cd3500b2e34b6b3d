import { Empty } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useTitle } from "../title.ts";

export function Page() {
  useTitle("Workflows");
  return (
    <>
      <PageHead title="Workflows" />
      <Empty title="This page is being built" />
    </>
  );
}
