// What an application does with Knock's browser client, in Node, where it opens no socket.
//
// Reads {"name of a story": {"url", "key", ...}} and writes {"told", "uncalled"}: what each story told,
// or its `error`; and the methods of the client that none of them called.

import { readFileSync } from "node:fs";
import Knock, { Feed, KnockGuideClient } from "@knocklabs/client";
import { buildUserTokenGrant, Grants, signUserToken } from "@knocklabs/node";

const ELLIE = "ellie";

function open({ url, key }, user = ELLIE, token = undefined) {
  const knock = new Knock(key, { host: url });
  knock.authenticate(user, token, { identificationStrategy: "skip" });
  return knock;
}

// What a component that shows the feed would have in hand.
function shown(feed) {
  const { items, metadata, pageInfo, networkStatus } = feed.getState();
  return {
    ids: items.map((item) => item.id),
    marks: Object.fromEntries(
      items.map((item) => [
        item.id,
        ["seen_at", "read_at", "interacted_at", "archived_at"].filter((name) => item[name]),
      ]),
    ),
    counts: [metadata.total_count, metadata.unseen_count, metadata.unread_count],
    more: pageInfo.after !== null,
    status: networkStatus,
  };
}

async function fetched(given, options = {}) {
  const feed = open(given).feeds.initialize(given.feed, options);
  await feed.fetch();
  return shown(feed);
}

const settled = (feed) =>
  new Promise((resolve) => feed.on("items.received.page", () => setTimeout(resolve, 0)));

const stories = {
  async pages(given) {
    const feed = open(given).feeds.initialize(given.feed, { page_size: 2 });
    const received = [];
    feed.on("items.received.page", ({ items }) => received.push(items.length));
    await feed.fetch();
    const first = shown(feed);
    const second = settled(feed);
    await feed.fetchNextPage(); // comes back before its page does
    await second;
    return { first, second: shown(feed), received, body: feed.getState().items[0].blocks[0].rendered };
  },

  async filters(given) {
    return {
      tenant: await fetched(given, { tenant: "ingen" }),
      within: await fetched(given, { tenant: "ingen", has_tenant: true }),
      data: await fetched(given, { trigger_data: { park: "Sorna" } }),
      range: await fetched(given, {
        inserted_at_date_range: { start: "2026-01-05T09:00:05Z", inclusive: true },
      }),
      unread: await fetched(given, { status: "unread" }),
    };
  },

  async marks(given) {
    const feed = open(given).feeds.initialize(given.feed);
    await feed.fetch();
    const [newest, middle, oldest] = feed.getState().items;
    const told = {};
    const after = async (name, call) => {
      await call();
      told[name] = { expected: shown(feed), server: await fetched(given) };
    };
    await after("seen", () => feed.markAsSeen([newest, middle]));
    await after("read", () => feed.markAsRead(newest));
    await after("interacted", () => feed.markAsInteracted(oldest, { button: "go" }));
    const item = (id) => feed.getState().items.find((one) => one.id === id);
    await after("unseen", () => feed.markAsUnseen(item(middle.id)));
    await after("unread", () => feed.markAsUnread(item(newest.id)));
    await after("archived", () => feed.markAsArchived(item(middle.id)));
    const only = open(given).feeds.initialize(given.feed, { archived: "only" });
    await only.fetch();
    told.archive = shown(only);
    await only.markAsUnarchived(only.getState().items);
    told.unarchived = { expected: shown(only), server: await fetched(given) };
    return told;
  },

  async all(given) {
    const told = {};
    for (const call of ["markAllAsSeen", "markAllAsRead", "markAllReadAsArchived", "markAllAsArchived"]) {
      const feed = open(given).feeds.initialize(given.feed);
      await feed.fetch();
      const operation = await feed[call]();
      told[call] = { name: operation.name, expected: shown(feed), server: await fetched(given) };
    }
    return told;
  },

  async messages(given) {
    const { messages } = open(given);
    const [id] = given.ids;
    const updated = await messages.updateStatus(id, "interacted", { metadata: { a: "b" } });
    const seen = await messages.updateStatus(id, "seen");
    const unseen = await messages.removeStatus(id, "seen");
    const archived = await messages.batchUpdateStatuses(given.ids, "archived");
    const unarchived = await messages.removeStatus(id, "archived");
    const read = await messages.get(id);
    return { updated, seen, unseen, archived, unarchived, read };
  },

  async preferences(given) {
    const { user, preferences } = open(given);
    const told = { before: await user.getPreferences({ tenant: "ingen" }) };
    told.set = await user.setPreferences({ channel_types: { email: false }, workflows: {} });
    told.workflow = await preferences.setWorkflow("welcome", { channel_types: { email: true } });
    told.workflows = await preferences.setWorkflows({ digest: false });
    told.category = await preferences.setCategory("onboarding", false);
    told.categories = await preferences.setCategories({ news: true });
    told.type = await preferences.setChannelType("push", false);
    told.types = await preferences.setChannelTypes({ sms: true });
    told.within = await user.setPreferences({ categories: { x: true } }, { preferenceSet: "ingen" });
    told.all = await user.getAllPreferences();
    told.list = await preferences.getAll();
    told.get = await preferences.get();
    told.deprecated = await preferences.set({ channel_types: { chat: false } });
    return told;
  },

  async user(given) {
    const knock = new Knock(given.key, { host: given.url });
    const refused = await knock.user.get().catch((error) => error.message);
    knock.authenticate({ id: "sarah", name: "Sarah" }, undefined, { identificationStrategy: "skip" });
    const identified = await knock.user.identify({ name: "Sarah", plan: "pro" });
    const read = await knock.user.get();
    const data = { channelId: given.push, channelData: { tokens: ["t"] } };
    const written = await knock.user.setChannelData(data);
    const kept = await knock.user.getChannelData({ channelId: given.push });
    knock.logout();
    return { refused, identified, read, written, kept, status: knock.authStatus };
  },

  async inline(given) {
    const knock = new Knock(given.key, { host: given.url });
    knock.authenticate({ id: "zoe", name: "Zoe" });
    for (let tries = 0; tries < 500; tries++) {
      const read = await knock.user.get().catch(() => null); // until the identify call has come
      if (read) return read;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return null;
  },

  async guides(given) {
    const knock = open(given);
    const client = new KnockGuideClient(knock, given.guides, {}, { throttleCheckInterval: 0 });
    const told = { status: await client.fetch() };
    const guide = () => Object.values(client.store.state.guides)[0];
    told.guide = [guide().key, guide().getStep().content.title];
    // Which guide is shown is settled a moment after the first one is asked for.
    const select = () => client.selectGuide(client.store.state, { type: "banner" });
    for (let tries = 0; tries < 500 && !select(); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    told.selected = select()?.key;
    const step = guide().getStep();
    await step.markAsSeen();
    await step.markAsInteracted({ metadata: { cta: "go" } });
    await step.markAsArchived();
    // The client sends marks without waiting for them: ask until the server knows them all.
    const marks = async () => {
      const { entries } = await knock.user.getGuides(given.guides, {});
      const { seen_at, interacted_at, archived_at } = entries[0].steps[0].message;
      return [seen_at, interacted_at, archived_at].map((time) => time !== null);
    };
    told.marked = await marks();
    for (let tries = 0; tries < 500 && told.marked.includes(false); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      told.marked = await marks();
    }
    await client.fetch({ force: true });
    told.next = guide().getStep().content.title;
    await client.resetEngagement(guide());
    told.reset = guide().hasEngagement();
    client.cleanup();
    return told;
  },

  async providers(given) {
    const { slack, msTeams, objects } = open(given);
    const inSlack = { tenant: "ingen", knockChannelId: given.slack };
    const inTeams = { tenant: "ingen", knockChannelId: given.teams };
    const told = { slack: await slack.authCheck(inSlack), teams: await msTeams.authCheck(inTeams) };
    const page = await slack.getChannels({ ...inSlack, queryOptions: { limit: 5 } });
    told.channels = page.slack_channels.length;
    const { ms_teams_teams: teams } = await msTeams.getTeams({ ...inTeams, queryOptions: { $top: 3 } });
    told.of = teams.length;
    const of = await msTeams.getChannels({ ...inTeams, teamId: teams[0].id });
    told.in_team = of.ms_teams_channels.length;
    const at = { collection: "$tenants", objectId: "ingen", channelId: given.slack };
    told.data = (await objects.getChannelData(at)).data;
    await slack.revokeAccessToken(inSlack);
    await msTeams.revokeAccessToken(inTeams);
    const refused = await slack.authCheck(inSlack);
    told.refused = [refused.response.status, refused.response.data.message];
    const set = { ...at, data: { connections: [], token: { access_token: "xoxb-3" } } };
    await objects.setChannelData(set);
    told.again = await slack.authCheck(inSlack);
    return told;
  },

  async silence(given) {
    const feed = open(given).feeds.initialize(given.feed);
    feed.listenForUpdates(); // what an application calls for real time; without a window, nothing
    await feed.fetch();
    const before = shown(feed);
    feed.dispose();
    return before;
  },

  async strangers(given) {
    const feed = open(given).feeds.initialize("00000000-0000-4000-8000-000000000000");
    const answer = await feed.fetch();
    return { status: answer.status, code: answer.data.response.data.code, shown: shown(feed) };
  },

  async tokens(given) {
    const signingKey = given.signing_key;
    const feedOf = async (user, token) => {
      const feed = open(given, user, token).feeds.initialize(given.feed);
      const answer = await feed.fetch();
      if (answer.status === "ok") return ["ok", feed.getState().metadata.total_count];
      const { status, data } = answer.data.response;
      return [status, data.code];
    };
    const token = await signUserToken(ELLIE, { signingKey });
    const ingen = buildUserTokenGrant({ type: "tenant", id: "ingen" }, [Grants.SlackChannelsRead]);
    const narrow = await signUserToken(ELLIE, { signingKey, grants: [ingen] });
    const slack = { tenant: "ingen", knockChannelId: given.slack, queryOptions: { limit: 5 } };
    const page = await open(given, ELLIE, narrow).slack.getChannels(slack);
    const knock = open(given, ELLIE, token);
    const [item] = (await knock.feeds.initialize(given.feed).fetch()).data.entries;
    return {
      own: await feedOf(ELLIE, token),
      none: await feedOf(ELLIE, undefined),
      other: await feedOf("alan", token),
      expired: await feedOf(ELLIE, await signUserToken(ELLIE, { signingKey, expiresInSeconds: -60 })),
      channels: page.slack_channels.length,
      marked: (await knock.messages.batchUpdateStatuses([item.id], "read"))[0].read_at !== null,
      preferences: (await knock.user.setPreferences({ channel_types: { email: false } })).channel_types,
    };
  },
};

const uncalled = new Set();

// Remember each method of a class until somebody calls it.
function watch(title, { prototype }) {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const { value } = Object.getOwnPropertyDescriptor(prototype, name);
    if (name === "constructor" || typeof value !== "function") continue;
    uncalled.add(`${title}.${name}`);
    prototype[name] = function (...rest) {
      uncalled.delete(`${title}.${name}`);
      return value.apply(this, rest);
    };
  }
}

const sample = new Knock("pk_none");
for (const [title, part] of Object.entries(sample)) {
  if (part?.constructor?.prototype && title !== "authStore" && typeof part === "object") {
    watch(title, part.constructor);
  }
}
watch("knock", Knock);
watch("feed", Feed);
watch("guide", KnockGuideClient);

const told = {};
for (const [name, given] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  try {
    told[name] = { answer: await stories[name](given) };
  } catch (error) {
    told[name] = { error: error.stack };
  }
}
process.stdout.write(JSON.stringify({ told, uncalled: [...uncalled].sort() }));
