import { Empty } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useTitle } from "../title.ts";

export function Page() {
  useTitle("Admin");
  return (
    <>
      <PageHead title="Admin" />
      <Empty title="This page is being built" />
    </>
  );
}
