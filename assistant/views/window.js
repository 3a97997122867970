// Runs once in every HTML part of the window. Each event name in quotes is one that Python hears:
// 'cite' 'paper' 'evidence' 'line' 'pin' 'leave' 'free' 'run' 'halt' 'close' 'comment' 'uncomment' 'cited' 'compare' 'export' 'remove' 'fetch' 'summary' 'estimate' 'mark' 'seek' 'resume'
// 'visit' 'again' 'amend' 'carry' 'send' 'jot' 'entitle' 'discard'
// 'order' 'longer' 'sift' 'apart' 'narrow' 'assign' 'merge' 'unlock' 'correct'
// 'attest' 'dispute' 'withdraw' 'keep' 'rerun' 'file' 'prefer' 'check'
const shared = (window.inquiringLines ??= {opener: null, bound: null, pressed: null, label: null, scrolled: 0, held: ''});
const inPanel = element.closest('#panel') !== null;
const inAnswer = element.closest('#answer') !== null;
const opened = new Set();
let writing = false;

function values(button) {
  const form = button.closest('[data-form]');
  if (!form) return {};
  const fields = [...form.querySelectorAll('input[name], textarea[name], select[name]')];
  const checked = fields.filter(f => f.type === 'checkbox' && f.checked).map(f => f.name);
  const typed = fields.filter(f => f.type !== 'checkbox').map(f => [f.name, f.value]);
  return {fields: Object.fromEntries(typed), checked};
}

function confirmed(button) {
  if (!button.dataset.confirm || button.dataset.armed) return true;
  button.dataset.armed = button.textContent;
  button.textContent = button.dataset.confirm.replace('{n}', selected());
  setTimeout(() => disarm(button), 4000);
  return false;
}

function disarm(button) {
  if (!button.dataset.armed) return;
  button.textContent = button.dataset.armed;
  delete button.dataset.armed;
}

function close() {
  trigger('close', {});
  if (shared.opener?.isConnected) shared.opener.focus();
}

element.addEventListener('click', event => {
  const button = event.target.closest('[data-do]');
  if (!button || !element.contains(button) || !confirmed(button)) return;
  if (button.dataset.do === 'close') return close();
  if (button.dataset.do === 'link') return link(button);
  if (button.dataset.do === 'visit') return visit(button.dataset.path, '');
  if (['amend', 'narrow'].includes(button.dataset.do)) document.querySelector('#composer textarea').focus();
  shared.pressed = button;
  if (!inPanel) shared.opener = button;
  else shared.held = handle(document.activeElement);
  const question = button.closest('[data-question]')?.dataset.question;  // its own, or that of the answer it stands in
  trigger(button.dataset.do, {...button.dataset, question, ...values(button)});
});

// Where the focus was in the panel: the same field or button gets it back when the panel is drawn again.
function handle(focused) {
  if (!element.contains(focused)) return '';
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const {do: act, step, claim} = focused.dataset;
  const label = focused.getAttribute('aria-label') ?? focused.textContent;
  return JSON.stringify([act, step, claim, label]);
}

function regain(panel) {
  const wanted = shared.held;
  shared.held = '';
  const focused = document.activeElement;
  if (!wanted || (panel.contains(focused) && !focused.disabled)) return;
  const found = [...panel.querySelectorAll('button, input[id], textarea[id]')].find(each => handle(each) === wanted);
  (found?.disabled === false ? found : panel).focus({preventScroll: true});
}

// Words over the picture of a page are as long as they are printed, whatever the font of this browser.
function fit(layer) {
  const words = [...layer.querySelectorAll('span')];
  const wide = layer.clientWidth;
  const sizes = words.map(word => word.classList.contains('turned') ? word.offsetHeight : word.offsetWidth);
  words.forEach((word, at) => {
    const share = sizes[at] ? Number(word.dataset.long) * wide / sizes[at] : 1;
    word.style.transform = word.classList.contains('turned') ? `scaleY(${share})` : `scaleX(${share})`;
  });
}

if (inPanel) element.addEventListener('keydown', event => {
  const field = event.target;
  if (!field.matches?.('.find input')) return;
  const [back, on] = field.closest('.find').querySelectorAll('button');
  if (event.key === 'Enter') {
    event.preventDefault();
    (event.shiftKey ? back : on).click();
  } else if (event.key === 'Escape' && (field.value || on.dataset.sought)) {  // first what was searched for, then the panel
    event.preventDefault();
    event.stopPropagation();
    field.value = '';
    if (on.dataset.sought) on.click();
  }
});

// Rows of the library that are ticked stay so when the table is drawn again; one box ticks all that was found, and
// holds no longer than the words by which it was found.
const ticked = new Set();
let searched;
function rows() { return [...element.querySelectorAll('.tick input')]; }

function tick(box) {
  const whole = rows().find(each => each.name === '*');
  if (box.name === '*') for (const each of rows()) each.checked = box.checked;
  else if (!box.checked && whole) whole.checked = false;
  ticked.clear();
  for (const each of rows()) if (each.checked) ticked.add(each.name);
  for (const button of element.querySelectorAll('[data-armed]')) disarm(button);
  count();
}

function selected() {
  const whole = rows().find(each => each.name === '*');
  return ticked.has('*') && whole ? Number(whole.dataset.found) : ticked.size;
}

function count() {
  const told = element.querySelector('[data-count]');
  const all = ticked.has('*') ? 'All ' : '';
  if (!told) return;
  told.textContent = selected() ? `${all}${selected()} selected` : 'Tick sources to ask only these, tag, export or remove them.';
  told.closest('.tools').classList.toggle('none', selected() === 0);
}

element.addEventListener('change', event => {
  if (event.target.matches('.tick input')) tick(event.target);
});

element.addEventListener('change', event => {
  const line = event.target.closest('[data-form]')?.querySelector('[data-estimate]');
  if (line) trigger('estimate', {probe: line.dataset.estimate, ...values(event.target)});
});

// An update keeps open what the reader opened: the attribute is not part of the new HTML.
element.addEventListener('toggle', event => {
  const fold = event.target.dataset?.fold;
  if (fold) event.target.open ? opened.add(fold) : opened.delete(fold);
}, true);

if (inPanel) element.addEventListener('scroll', event => {
  if (event.target.matches?.('.panel')) shared.scrolled = event.target.scrollTop;
}, true);

function settle() {
  for (const fold of element.querySelectorAll('[data-fold]'))
    if (opened.has(fold.dataset.fold)) fold.open = true;
  const words = element.querySelector('[data-words]')?.dataset.words ?? searched;
  if (words !== searched || rows().length === 0) ticked.delete('*');
  searched = words;
  for (const box of rows()) box.checked = ticked.has(box.name) || ticked.has('*');
  for (const name of ticked) if (name !== '*' && !rows().some(box => box.name === name)) ticked.delete(name);
  count();
  if (element.closest('#outbox') && props.value) return deliver(JSON.parse(props.value));
  if (inAnswer) follow(element.querySelector('.answer'));
  if (element.closest('#head')) place(element.querySelector('[data-address]'));
  if (!inPanel) return;
  const panel = element.querySelector('.panel');
  document.body.classList.toggle('beside', panel !== null);
  if (!panel) shared.label = null;
  if (!panel) return;
  const layer = panel.querySelector('.layer');
  if (layer) fit(layer);
  const label = panel.getAttribute('aria-label');
  if (label === shared.label) {  // the same page, after something was said on it
    panel.scrollTop = shared.scrolled;
    panel.querySelector('.checked')?.scrollIntoView({block: 'nearest'});
    bring(panel.querySelector('.hit.now'), panel);
    return regain(panel);
  }
  shared.label = label;
  panel.focus({preventScroll: true});
  panel.scrollTop = 0;
  const mark = panel.querySelector('.note-text mark');
  const seen = mark?.offsetParent ? mark : null;
  if (seen) bring(seen, panel);
  else if (whole(panel)) panel.scrollIntoView({block: 'start'});
}

// On a phone the panel is as long as its text, and what is around it scrolls.
function whole(panel) { return getComputedStyle(panel).overflowY === 'visible'; }

function bring(place, panel) {
  if (!place) return;
  if (whole(panel)) place.scrollIntoView({block: 'center'});
  else panel.scrollTop += place.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
}

// A new answer starts at the top of the page.
function follow(article) {
  const before = writing;
  writing = Boolean(article?.querySelector('.status'));
  if (writing && !before) element.closest('#answer').scrollIntoView({block: 'start'});
}

// The address of what the page shows; of a question that is being answered also the question, so that a reload
// asks it again. What is new gets an entry of its own for Back.
function place(head) {
  if (!head) return;
  const {address, asking} = head.dataset;
  if (shared.bound !== null && shared.bound !== address) return;  // the reader has gone on
  shared.bound = null;
  const here = new URL(location.href);
  const there = new URL(address, here);
  if (asking) there.searchParams.set('q', asking);
  if (here.href === there.href) return;
  const arriving = here.pathname === '/' && here.search !== '';
  const same = here.pathname === there.pathname || arriving;
  history[same ? 'replaceState' : 'pushState'](null, '', there);
}

// Until the page shows what is at this address, what it draws of another changes no address.
function bind(path) {
  const now = document.querySelector('#head [data-address]')?.dataset.address;
  shared.bound = now === path ? null : path;
}

function visit(path, asked) {
  bind(path);
  if (location.pathname !== path) history.pushState(null, '', path);
  trigger('visit', {where: path, asked});  // gradio takes a `path` for a file
}

if (element.closest('#masthead')) {
  addEventListener('popstate', () => {
    const here = new URL(location.href);
    bind(here.pathname);
    trigger('visit', {where: here.pathname, asked: here.searchParams.get('q') ?? ''});
  });
  addEventListener('keydown', event => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.key !== 'n' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    visit('/', '');
    document.querySelector('#composer textarea')?.focus();
  });
}

function link(button) {
  clip(new URL(button.dataset.path, location.origin).href, button);
}

// A page that is not served from this machine may have no clipboard of its own.
async function clip(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.body.appendChild(document.createElement('textarea'));
    field.value = text;
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  if (!button?.isConnected) return;
  const label = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = label; }, 2000);
}

function deliver({name, kind, data, probe, estimate, copy, quote, grade, line}) {
  if (copy) return clip(copy, shared.pressed);
  if (quote) {
    for (const group of document.querySelectorAll('[data-quote]')) {
      if (group.dataset.quote !== quote) continue;
      group.querySelector('[role=status]').textContent = line ?? '';
      if (line === undefined) for (const choice of group.querySelectorAll('button'))
        choice.setAttribute('aria-pressed', String(choice.dataset.grade === grade));
    }
    return;
  }
  if (estimate) {
    for (const line of document.querySelectorAll('[data-estimate]'))
      if (line.dataset.estimate === probe) line.textContent = estimate;
    return;
  }
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const saved = document.createElement('a');
  saved.href = URL.createObjectURL(new Blob([bytes], {type: kind}));
  saved.download = name;
  saved.click();
  setTimeout(() => URL.revokeObjectURL(saved.href), 10000);
}

if (inPanel) document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && element.querySelector('.panel')) close();
});

watch('value', settle);
settle();
