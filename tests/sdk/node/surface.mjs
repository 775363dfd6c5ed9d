// Every call that stdin asks for, with Knock's official Node SDK, in one process.
//
// Reads {"calls": [{"id", "method", "url", "key", "arguments"}]} and writes {"methods", "answers"}:
// the paths of all methods that the SDK has, and by call its `answer` (of a list every row of every
// page) or its `error`.

import { readFileSync } from "node:fs";
import Knock from "@knocklabs/node";
import { APIResource } from "@knocklabs/node/core/resource";

function methodsOf(resource, path) {
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(resource))
    .filter((name) => name !== "constructor")
    .map((name) => `${path}${name}`);
  const inner = Object.entries(resource)
    .filter(([, value]) => value instanceof APIResource)
    .flatMap(([name, value]) => methodsOf(value, `${path}${name}.`));
  return own.concat(inner);
}

async function answerOf({ method, url, key, arguments: given }) {
  const knock = new Knock({ apiKey: key, baseURL: url, maxRetries: 0 });
  const path = method.split(".");
  const name = path.pop();
  const resource = path.reduce((owner, part) => owner[part], knock);
  const promise = resource[name](...given);
  if (!(Symbol.asyncIterator in promise)) return (await promise) ?? null;
  const rows = [];
  for await (const row of promise) rows.push(row);
  return rows;
}

const knock = new Knock({ apiKey: "none" });
const methods = Object.entries(knock)
  .filter(([, value]) => value instanceof APIResource)
  .flatMap(([name, value]) => methodsOf(value, `${name}.`));

const answers = {};
for (const call of JSON.parse(readFileSync(0, "utf8")).calls) {
  try {
    answers[call.id] = { answer: await answerOf(call) };
  } catch (error) {
    answers[call.id] = { error: `${error.constructor.name}: ${error.message}` };
  }
}
process.stdout.write(JSON.stringify({ methods, answers }));
