// A client on `@knocklabs/node`, Knock's SDK for Node: it identifies users in bulk, waits, and
// triggers a workflow for them. It gets the task as JSON on standard input and prints its report.
//
// npm install && knock-contract client -- node client.mjs

import { Console } from "node:console";
import { randomUUID } from "node:crypto";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import Knock, { RateLimitError } from "@knocklabs/node";

const PROTOCOL = 1;
const BATCH = 1_000;
const BETWEEN_BATCHES = 1_000; // milliseconds: bulk calls are of tier 1, one a second
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 2_000;
const TRIES = 5;

const task = await json(process.stdin);
if (task.protocol !== PROTOCOL) throw new Error(`protocol ${task.protocol} is not known here`);
console.log(JSON.stringify(await importUsers(task)));

/** Identify the users of the task, wait, and trigger its workflow. Answers the report. */
async function importUsers(task) {
  // The report has standard output for itself; what the SDK may log goes elsewhere.
  const logger = new Console(process.stderr);
  const knock = new Knock({ apiKey: task.api_key, baseURL: task.base_url, logger });
  const operations = new Map(); // as they were seen last, by id
  const report = (outcome, message = "", notified = []) => ({
    protocol: PROTOCOL,
    outcome,
    notified,
    failed_rows: failedRows(operations),
    message,
  });

  try {
    for (const [number, users] of chunks(task.users).entries()) {
      if (number > 0) await sleep(BETWEEN_BATCHES);
      const operation = await submit(knock, users);
      operations.set(operation.id, operation);
    }
  } catch (error) {
    return isLost(error)
      ? report("unknown", `a submission may have been taken: ${error.message}`)
      : report("failed", `a submission was refused: ${error.message}`);
  }

  try {
    await wait(knock, operations, task.patience);
  } catch (error) {
    return report("failed", `a poll was refused: ${error.message}`);
  }
  if ([...operations.values()].some(({ status }) => status === "failed")) {
    return report("failed", "an operation failed");
  }
  if (pending(operations).length > 0) {
    return report("gave_up", "an operation had not ended when patience had");
  }

  const failed = new Set(failedRows(operations));
  const good = task.recipients.filter((id) => !failed.has(id));
  const key = randomUUID();
  const notified = [];
  for (const [number, recipients] of chunks(good).entries()) {
    try {
      await trigger(knock, task, recipients, `${key}-${number}`);
    } catch (error) {
      if (isLost(error)) {
        return report("unknown", `a trigger may have been taken: ${error.message}`, notified);
      }
      const outcome = notified.length > 0 ? "partial" : "failed";
      return report(outcome, `a trigger was refused: ${error.message}`, notified);
    }
    notified.push(...recipients);
  }
  return report(failed.size > 0 ? "partial" : "completed", "", notified);
}

/**
 * Submit one batch. Bulk calls know no idempotency, so the SDK must not repeat them itself.
 * A 429 was not carried out; so that one can be repeated, when its time has come.
 */
async function submit(knock, users) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await knock.users.bulk.identify({ users }, { maxRetries: 0 });
    } catch (error) {
      if (!(error instanceof RateLimitError) || tries > TRIES) throw error;
      await sleep(pauseAfter(error));
    }
  }
}

/** Poll until every operation has ended, or patience (in seconds) has. */
async function wait(knock, operations, patience) {
  const end = performance.now() + patience * 1_000;
  let pause = FIRST_PAUSE;
  while (pending(operations).length > 0) {
    const left = end - performance.now();
    if (left <= 0) return;
    await sleep(Math.min(pause, left));
    for (const id of pending(operations)) {
      operations.set(id, (await poll(knock, id)) ?? operations.get(id));
    }
    pause = Math.min(pause * 1.5, LONGEST_PAUSE);
  }
}

/**
 * The operation as it is now; undefined when that cannot be told, so that it is asked again later.
 * Reads can be repeated, so the SDK does that, before it comes to this.
 */
async function poll(knock, id) {
  try {
    return await knock.bulkOperations.get(id);
  } catch (error) {
    if (!isLost(error) && error.status < 500 && error.status !== 429) throw error;
    await sleep(pauseAfter(error));
    return undefined;
  }
}

/** Trigger the workflow. The key makes it a call that can be repeated, by the SDK and here. */
async function trigger(knock, { workflow, data }, recipients, idempotencyKey) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await knock.workflows.trigger(workflow, { recipients, data }, { idempotencyKey });
    } catch (error) {
      // The SDK repeats a call that is cut off, but not one whose answer breaks off in its midst.
      if (error instanceof Knock.APIError || tries > TRIES) throw error;
    }
  }
}

/** Whether no answer arrived, or not all of it: the call may have been carried out, or not. */
function isLost(error) {
  return error.status === undefined;
}

/** Milliseconds to wait before the call may be repeated. */
function pauseAfter(error) {
  return 1_000 * (Number(error.headers?.get("retry-after")) || 1);
}

/** Ids of the operations that have not ended. */
function pending(operations) {
  return [...operations.values()]
    .filter(({ status }) => status !== "completed" && status !== "failed")
    .map(({ id }) => id);
}

/** Ids of the users whose rows failed in operations that are completed. */
function failedRows(operations) {
  return [...operations.values()]
    .filter(({ status }) => status === "completed")
    .flatMap(({ error_items: items }) => (items ?? []).map(({ id }) => id));
}

/** The list in parts, each as long as one call takes. */
function chunks(list) {
  const count = Math.ceil(list.length / BATCH);
  return Array.from({ length: count }, (_, n) => list.slice(n * BATCH, (n + 1) * BATCH));
}
