/** The little of WebAssembly that is used here; its types otherwise come only with a browser's. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

export const { Module, Memory, Instance } = WebAssembly;

/** What sizes of its memory are counted in. */
export const wasmPageBytes = 64 * 1024;
