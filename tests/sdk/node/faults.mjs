// Asks for a fault of each kind with Node's fetch, and prints what it saw as JSON.
const { KNOCK_BASE_URL: base, KNOCK_API_KEY: key } = process.env;

async function seen(headers) {
  try {
    const answer = await fetch(`${base}/v1/users`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body: await answer.text() };
  } catch (error) {
    return { error: error.message, cause: error.cause?.code ?? error.cause?.message };
  }
}

const kinds = ["reset", "empty", "truncate", "malformed_chunk", "dribble"];
const result = { 429: await seen({ "x-mock-knock-status": "429" }) };
for (const kind of kinds) result[kind] = await seen({ "x-mock-knock-connection": kind });
console.log(JSON.stringify(result));
