/**
 * ink-table is published as CommonJS and describes itself so; the build makes an ES module of it whose default export is
 * the component itself.
 */
declare module "ink-table" {
  import type { Component } from "react";

  class Table extends Component<{ readonly data: readonly Readonly<Record<string, string>>[] }> {}
  export = Table;
}
