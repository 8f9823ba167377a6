/** The page: asks the feed, shows what is wanted of it, and looks again when the feed says that it has changed. */
import { showEmpty, showHead, showNotices } from './around.js';
import { chooseAgents } from './choice.js';
import { getConnections, getScores, hasToken, keepToken, listen, Refused, TokenNeeded } from './feed.js';
import { ScoreTable, setText } from './table.js';
import { clock, plural } from './text.js';

const one = (id) => document.getElementById(id);
const filters = one('filters');
const table = new ScoreTable(one('scores'));
const heads = [...document.querySelectorAll('th[data-sort]')];
const address = new URLSearchParams(location.search);

/** What was last received, and the ETag it came with. */
let received = null;
let etag = null;
/** Why nothing newer can be had; null while all is well. */
let trouble = null;
let listening = new AbortController();
/** All that there are scores of. */
let connections = [];
const sort = {
  column: heads.some((head) => head.dataset.sort === address.get('sort'))
    ? address.get('sort')
    : 'averageScore',
  isAscending: address.get('order') === 'ascending',
};

/** What the server is asked for; the rest is chosen from its answer. */
function question() {
  const asked = new URLSearchParams();
  for (const name of ['sourceSystem', 'connection', 'day', 'queue', 'form']) {
    const value = address.get(name);
    if (value !== null && value !== '') asked.set(name, value);
  }
  return asked;
}

function keepAddress(name, value) {
  if (value === '') address.delete(name);
  else address.set(name, value);
  history.replaceState(null, '', address.size === 0 ? location.pathname : `?${address}`);
}

/** Shows what was received as the filters want it; returns how many rows that changed. */
function show() {
  showNotices(received, { trouble, asksForDay: address.has('day') });
  if (received === null) return 0;
  const { name, enough } = filters.elements;
  const filter = { name: name.value, team: address.get('team'), onlyEnough: enough.checked };
  const { agents, leftOut } = chooseAgents(received, filter, sort);
  showHead(received);
  showChoices();
  showOrder(agents.length);
  const changed = table.show(agents, received.timeZone);
  showEmpty(received, agents.length);
  setText(
    one('left-out'),
    leftOut === 0
      ? ''
      : `${plural(leftOut, 'agent has', 'agents have')} fewer than ${received.countThreshold} evaluations: too few to judge.`,
  );
  return changed;
}

function showOrder(shown) {
  const order = sort.isAscending ? 'ascending' : 'descending';
  for (const head of heads) {
    const isChosen = head.dataset.sort === sort.column;
    const is = isChosen ? order : 'none';
    if (head.getAttribute('aria-sort') !== is) head.setAttribute('aria-sort', is);
    if (!isChosen) continue;
    const column = head.textContent.trim().toLowerCase();
    setText(one('caption'), `${plural(shown, 'agent', 'agents')}, by ${column}, ${order}`);
  }
}

const vendorNames = { genesys: 'Genesys Cloud', cxone: 'NICE CXone' };

/** Filters are there for what exists; a choice that is no longer there stays until it is changed. */
function showChoices() {
  showConnections();
  for (const [name, choices, all] of [
    ['team', received.teams, 'All teams'],
    ['queue', received.queues, 'All queues'],
    ['form', received.forms, 'All forms'],
  ]) {
    fillChoice(name, [{ id: '', name: all }, ...choices], address.get(name) ?? '');
  }
}

/** Vendors where there are several, and the connections of the chosen one. */
function showConnections() {
  const chosen = address.get('sourceSystem') ?? '';
  const vendors = [...new Set(connections.map(({ sourceSystem }) => sourceSystem))];
  if (vendors.length > 1) {
    const named = vendors.map((id) => ({ id, name: vendorNames[id] ?? id }));
    fillChoice('sourceSystem', [{ id: '', name: 'All vendors' }, ...named], chosen);
  }
  const eligible = connections.filter(({ sourceSystem }) => chosen === '' || sourceSystem === chosen);
  // The server knows which of them it answers for where none is named.
  if (eligible.length > 0) {
    const names = eligible.map(({ name }) => ({ id: name, name }));
    fillChoice('connection', names, address.get('connection') ?? received.connection);
  }
}

function fillChoice(name, choices, chosen) {
  const select = filters.elements[name];
  const all = choices.some(({ id }) => id === chosen) ? choices : [...choices, { id: chosen, name: chosen }];
  one(`${name}-choice`).hidden = all.length < 2;
  const is = JSON.stringify(all);
  if (select.dataset.choices !== is) {
    select.dataset.choices = is;
    select.replaceChildren(...all.map(({ id, name: text }) => new Option(text, id)));
  }
  if (select.value !== chosen) select.value = chosen;
}

/** Asks for what is newer than the page shows. */
async function refresh(asked) {
  const answer = await getScores(asked, etag);
  trouble = null;
  if (answer !== null && asked.toString() === question().toString()) {
    const isFirst = received === null;
    received = answer.scores;
    etag = answer.etag;
    const changed = show();
    if (!isFirst && changed > 0) {
      const time = received.updatedAt === null ? '' : ` at ${clock(received.updatedAt, received.timeZone)}`;
      setText(one('news'), `Scores updated${time}: ${plural(changed, 'agent', 'agents')} changed.`);
    }
  } else {
    show();
  }
}

const wait = async (millis) =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

/** Shows the answer to the question and follows it, until another one is asked. */
async function follow() {
  listening.abort();
  const mine = new AbortController();
  listening = mine;
  const asked = question();
  etag = null;
  for (let pause = 1_000; !mine.signal.aborted; pause = Math.min(pause * 2, 30_000)) {
    try {
      await refresh(asked);
      let told = Promise.resolve();
      await listen(asked, mine.signal, (newest) => {
        pause = 1_000;
        // One after the other: of two answers the later one is the newer.
        told = told.then(() => (newest === etag || mine.signal.aborted ? undefined : refresh(asked)));
        told.catch((error) => failed(error));
      });
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof TokenNeeded) return askForToken();
      failed(error);
      await wait(pause);
    }
  }
  return undefined;
}

function failed(error) {
  trouble =
    error instanceof Refused
      ? error.message
      : 'The connection to the dashboard is lost: this is what was last received. Trying again.';
  show();
}

function askForToken() {
  const dialog = one('sign-in');
  if (hasToken()) setText(one('sign-in-reason'), 'That token is not the one of this dashboard.');
  if (!dialog.open) dialog.showModal();
}

one('sign-in').addEventListener('cancel', (event) => event.preventDefault());
one('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const { token } = event.target.elements;
  keepToken(token.value.trim());
  token.value = '';
  one('sign-in').close();
  void start();
});

filters.addEventListener('submit', (event) => event.preventDefault());
filters.addEventListener('input', ({ target }) => {
  if (target.name === 'name' || target.name === 'enough') return void show();
  keepAddress(target.name, target.value);
  if (target.name === 'team') return void show();
  // Scores are known by form or by queue, not by both; and another connection has others.
  if (target.name === 'form' && target.value !== '') keepAddress('queue', '');
  if (target.name === 'queue' && target.value !== '') keepAddress('form', '');
  // A connection of another vendor is none to choose any more.
  if (target.name === 'sourceSystem') keepAddress('connection', '');
  if (target.name === 'sourceSystem' || target.name === 'connection')
    for (const name of ['team', 'queue', 'form']) keepAddress(name, '');
  return void follow();
});

for (const head of heads) {
  head.querySelector('button').addEventListener('click', () => {
    const { sort: column } = head.dataset;
    // Names begin with A, numbers with the highest.
    sort.isAscending = sort.column === column ? !sort.isAscending : column === 'entityName';
    sort.column = column;
    keepAddress('sort', column);
    keepAddress('order', sort.isAscending ? 'ascending' : '');
    show();
  });
}

async function start() {
  try {
    connections = await getConnections();
  } catch (error) {
    if (error instanceof TokenNeeded) return askForToken();
    failed(error);
  }
  return follow();
}

void start();
