/**
 * The full-screen console. It draws the model and turns keys into actions; it promises that nothing a gateway, a slow
 * link or a small terminal does can hold it up or tear it apart. What is known and what it means comes from watch.
 */
export { openConsole, type ConsoleOptions } from "./open-console.tsx";
export { capabilitiesOf, makeLook, type Capabilities } from "./theme/index.ts";
