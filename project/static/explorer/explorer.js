// GraphiQL, and above it a bar that holds the access token, and asks for a code where one is needed.
// Each token is a variable of this module and kept nowhere else: a reload forgets it.

const element = (id) => document.getElementById(id);
const explorer = element("explorer");
const [email, password, token, code] = ["email", "password", "token", "code"].map(element);

// With a token sent, both of these say that the server takes it no longer.
const REFUSALS = ["TOKEN_EXPIRED", "UNAUTHENTICATED"];

const COMPLETE_TWO_FACTOR = `
  mutation CompleteTwoFactor($challengeToken: String!, $code: String!) {
    completeTwoFactor(input: { challengeToken: $challengeToken, code: $code }) {
      ... on Session { accessToken expiresAt viewer { email } }
      ... on OperationInfo { messages { code message } }
    }
  }`;

// In the variables of an example it stands for an id, which is another one for everybody every day.
const FIRST_IN_QUEUE = "first in the queue";
const ASK_QUEUE = "{ reviewQueue(limit: 1) { items { question { id } } } }";

let accessToken = "";
let challengeToken = "";
let firstInQueue = "";

// --- Requests -----------------------------------------------------------------------------------

const JSON_ONLY = "application/json";
// A subscription is answered as a stream, everything else as JSON.
const JSON_OR_STREAM = "application/json, text/event-stream;q=0.5";

function send(request, { bearer = accessToken, headers = {}, accept = JSON_ONLY, signal } = {}) {
  const sent = new Headers({ Accept: accept, "Content-Type": "application/json" });
  if (bearer) sent.set("Authorization", `Bearer ${bearer}`);
  // What somebody types under "Headers" comes last, and wins.
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  return fetch(explorer.dataset.endpoint, {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    headers: sent,
    body: JSON.stringify(request),
    signal,
  });
}

async function read(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The server answered ${response.status}: ${text.slice(0, 200)}` }] };
  }
}

const post = async (request, options) => read(await send(request, options));

/** The answers of a stream, one after the other, until it ends or GraphiQL stops it. */
async function* answers(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const { value, done } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      if (event.startsWith("event: complete")) return;
      const [, data] = event.match(/^event: next\ndata: (.*)$/) ?? [];
      if (!data) continue;
      const answer = JSON.parse(data);
      await takeOver(answer);
      yield answer;
    }
  }
}

function stoppable(stream, stop) {
  const finish = stream.return.bind(stream);
  stream.return = (value) => (stop(), finish(value));
  return stream;
}

async function fetchForGraphiQL(request, { headers } = {}) {
  const variables = await filledIn(request.variables);
  // For a moment after a change of tabs, GraphiQL names the operation of the tab before.
  const operationName = has(request.query, request.operationName) ? request.operationName : null;
  const sent = { ...request, variables, operationName };
  const waiting = new AbortController();
  const options = { headers: headers ?? {}, accept: JSON_OR_STREAM, signal: waiting.signal };
  const response = await send(sent, options);
  if (response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    return stoppable(answers(response), () => waiting.abort());
  }
  const answer = await read(response);
  await takeOver(answer);
  remember(answer);
  return answer;
}

function has(document, operation) {
  return new RegExp(`\\b(query|mutation|subscription)\\s+${operation}\\b`).test(document);
}

/** Variables with the id that they leave to us: what was seen first in the queue, or is first now. */
async function filledIn(variables) {
  const text = JSON.stringify(variables ?? {});
  if (!text.includes(`"${FIRST_IN_QUEUE}"`)) return variables;
  if (accessToken && !firstInQueue) remember(await post({ query: ASK_QUEUE }));
  const fill = (_, value) => (value === FIRST_IN_QUEUE && firstInQueue ? firstInQueue : value);
  return JSON.parse(text, fill);
}

function remember({ data }) {
  firstInQueue = data?.reviewQueue?.items?.[0]?.question?.id ?? firstInQueue;
}

/** Adopts the token of an answer that carries one, and drops ours when the server no longer takes it. */
async function takeOver({ data, errors }) {
  const fields = Object.values(data ?? {}).map((field) => field?.session ?? field);
  const session = fields.find((field) => field?.accessToken);
  if (session) await enter(session.accessToken, session);
  const challenge = fields.find((field) => field?.challengeToken);
  if (challenge) askForCode(challenge.challengeToken);
  const refusal = errors?.find(({ extensions }) => REFUSALS.includes(extensions?.code));
  if (accessToken && refusal) {
    leave();
    tell(`${refusal.message} Sign in again.`);
  }
}

// --- The bar ------------------------------------------------------------------------------------

/** Uses a token from now on, once the server has said whose it is. */
async function enter(bearer, { viewer, expiresAt } = {}) {
  if (!viewer?.email) {
    const answer = await post({ query: "{ viewer { email } }" }, { bearer });
    viewer = answer.data?.viewer;
    if (!viewer) return tell(reasons(answer));
  }
  accessToken = bearer;
  show(viewer.email, expiresAt && new Date(expiresAt));
}

function leave() {
  accessToken = "";
  show(null);
}

function askForCode(challenge) {
  challengeToken = challenge;
  element("ways-in").hidden = true;
  element("second-factor").hidden = false;
  tell("");
  code.focus();
}

function show(address, until) {
  const time = until?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const caller = element("caller");
  caller.textContent = address ? `Signed in as ${address}` : "Anonymous";
  caller.title = time ? `The access token is good until ${time}` : "";
  caller.classList.toggle("signed-in", Boolean(address));
  challengeToken = "";
  firstInQueue = "";
  element("second-factor").hidden = true;
  element("second-factor").reset();
  element("ways-in").hidden = Boolean(address);
  element("forget").hidden = !address;
  element("sign-in").reset();
  element("paste").reset();
  tell("");
}

function tell(text) {
  const notice = element("notice");
  notice.textContent = text;
  notice.hidden = !text;
}

function reasons({ data, errors }) {
  const messages = errors ?? Object.values(data ?? {}).flatMap((field) => field?.messages ?? []);
  return messages.map(({ message }) => message).join(" ") || "The server gave no reason.";
}

/** Runs a form's action with its buttons off, and says in the bar what went wrong. */
function onSubmit(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await action();
    } catch (error) {
      tell(error.message);
    } finally {
      button.disabled = false;
    }
  });
}

// --- The page -----------------------------------------------------------------------------------

const examples = await (await fetch(explorer.dataset.examples)).json();
const [signInExample] = examples;
// In development the page comes with the demo account filled in; the first tab uses it too.
Object.assign(signInExample.variables, { email: email.defaultValue, password: password.defaultValue });

onSubmit(element("sign-in"), async () => {
  const variables = { email: email.value, password: password.value };
  const answer = await post({ query: signInExample.query.join("\n"), variables }, { bearer: "" });
  await takeOver(answer);
  if (!accessToken && !challengeToken) tell(reasons(answer));
});
onSubmit(element("second-factor"), async () => {
  const variables = { challengeToken, code: code.value };
  const answer = await post({ query: COMPLETE_TWO_FACTOR, variables }, { bearer: "" });
  const messages = answer.data?.completeTwoFactor?.messages;
  if (messages?.some((message) => message.code === "challenge_refused")) leave();
  if (messages || answer.errors) tell(reasons(answer));
  else await takeOver(answer);
  code.value = "";
});
onSubmit(element("paste"), () => enter(token.value.trim()));
for (const button of ["cancel", "forget"]) element(button).addEventListener("click", leave);

// Where the style elements of GraphiQL's dialogs look for the nonce that our policy asks of them.
window.__webpack_nonce__ = explorer.nonce;

if (window.GraphiQL) {
  const { createElement } = React;
  const tabs = examples.map(({ title, query, variables }, index) => ({
    query: [`# ${index + 1}. ${title}`, ...query].join("\n"),
    variables: JSON.stringify(variables, null, 2),
  }));
  ReactDOM.createRoot(explorer).render(
    createElement(
      GraphiQL,
      {
        fetcher: fetchForGraphiQL,
        defaultTabs: tabs,
        variables: tabs[0].variables, // GraphiQL leaves those of the tab that opens first empty
        defaultEditorToolsVisibility: "variables",
        storage: null,
        shouldPersistHeaders: false,
        showPersistHeadersSettings: false,
      },
      createElement(GraphiQL.Logo, null, ""),
    ),
  );
} else {
  explorer.textContent = "GraphiQL is not installed here, and the CDN cannot be reached. Run `make explorer`.";
}
