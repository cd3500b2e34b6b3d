import { Empty } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useTitle } from "../title.ts";

export function Page() {
  useTitle("Now");
  return (
    <>
      <PageHead title="Now" />
      <Empty title="This page is being built" />
    </>
  );
}
