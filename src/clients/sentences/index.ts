/**
 * What the clients say of a connection, and what to do about a service, as sentences with values rather than as text: who
 * shows them chooses the language. English is here, because the history, the outputs and the command line speak it.
 */
export { serviceSayings, serviceWords, type ServiceAdvice } from "./service.ts";
export { connectionSayings, connectionText, connectionWords, type ConnectionSentence } from "./connection.ts";
