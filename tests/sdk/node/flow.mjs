// identify -> poll -> trigger with Knock's official Node SDK, against KNOCK_BASE_URL with
// KNOCK_API_KEY. Prints what came back as one line of JSON.

import assert from "node:assert/strict";
import Knock from "@knocklabs/node";

const knock = new Knock({ maxRetries: 0 });
const ids = Array.from({ length: 60 }, (_, n) => `node-${n}`);

let operation = await knock.users.bulk.identify({
  users: ids.map((id) => ({ id, name: id.toUpperCase(), plan: "team" })),
});
assert.equal(operation.__typename, "BulkOperation");
const states = [operation.status];
while (operation.status !== "completed" && operation.status !== "failed") {
  operation = await knock.bulkOperations.get(operation.id);
  states.push(operation.status);
}
assert.equal(operation.success_count, ids.length);
assert.deepEqual(operation.error_items, []);

const user = await knock.users.get("node-7");
assert.equal(user.plan, "team");

const { workflow_run_id } = await knock.workflows.trigger("welcome", {
  recipients: ids,
  data: { source: "node" },
});

const users = [];
for await (const each of knock.users.list({ page_size: 25, include: ["preferences"] })) {
  users.push(each.id);
}
const runs = [];
for await (const run of knock.workflowRecipientRuns.list({
  workflow: "welcome",
  status: ["queued", "completed"],
  page_size: 25,
})) {
  assert.equal(run.workflow_run_id, workflow_run_id);
  runs.push(run.recipient);
}
await knock.workflows.cancel("welcome", { cancellation_key: "none" });
await knock.users.merge("node-0", { from_user_id: "node-1" });
await knock.users.delete("node-2");

const refused = [];
for (const call of [
  () => knock.users.get("nobody"),
  () => knock.bulkOperations.get("not-a-uuid"),
  () => knock.users.bulk.delete({ user_ids: Array(1001).fill("x") }),
]) {
  try {
    await call();
  } catch (error) {
    refused.push([error.constructor.name, error.status, error.error.code]);
  }
}
console.log(JSON.stringify({ states, users, runs, workflow_run_id, refused }));
