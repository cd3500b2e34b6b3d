/** Images that are another one tomorrow. */
import type { ContainerDecl } from "../../core/declarations.ts";
import type { Report, Rule } from "../rule.ts";
import type { YamlNode } from "../../spec/yaml/yaml_node.ts";

export const floatingImage: Rule = {
  name: "floating-image",
  level: "info",
  doc: "An image of a container has no fixed version: the next run may get another one.",
  check: (document) => [
    ...reportOf((document.dag.container as ContainerDecl | null)?.image, document.at("container")),
    ...document.steps.flatMap(({ step, fields, node }) => [
      ...reportOf((step.container as ContainerDecl | null)?.image, fields?.get("container")?.node ?? node),
      ...reportOf(
        step.executor.config.image,
        fields?.get("config")?.node ?? fields?.get("executor")?.node ?? node,
      ),
    ]),
  ],
};

function reportOf(image: unknown, node: YamlNode): Report[] {
  if (typeof image !== "string" || image === "" || /[$`@]/.test(image)) return [];
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? "";
  if (tag !== "" && tag !== "latest") return [];
  return [{
    node,
    message: `the image "${image}" may be another one at the next run`,
    fix: `name a version, such as ${image.replace(/:latest$/, "")}:1.2.3, or a digest`,
  }];
}
