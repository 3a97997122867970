// Runs once in every HTML part of the window. Each event name in quotes is one that Python hears:
// 'cite' 'paper' 'evidence' 'line' 'pin' 'leave' 'free' 'run' 'halt' 'close' 'comment' 'export' 'remove' 'fetch' 'summary' 'estimate'
const shared = (window.inquiringLines ??= {opener: null});
const inPanel = element.closest('#panel') !== null;
const inAnswer = element.closest('#answer') !== null;
const opened = new Set();
let writing = false;

function values(button) {
  const form = button.closest('[data-form]');
  if (!form) return {};
  const fields = [...form.querySelectorAll('input[name], textarea[name]')];
  const checked = fields.filter(f => f.type === 'checkbox' && f.checked).map(f => f.name);
  const typed = fields.filter(f => f.type !== 'checkbox').map(f => [f.name, f.value]);
  return {fields: Object.fromEntries(typed), checked};
}

function confirmed(button) {
  if (!button.dataset.confirm || button.dataset.armed) return true;
  const label = button.textContent;
  button.dataset.armed = 'yes';
  button.textContent = button.dataset.confirm;
  setTimeout(() => { delete button.dataset.armed; button.textContent = label; }, 4000);
  return false;
}

function close() {
  trigger('close', {});
  if (shared.opener?.isConnected) shared.opener.focus();
}

element.addEventListener('click', event => {
  const button = event.target.closest('[data-do]');
  if (!button || !element.contains(button) || !confirmed(button)) return;
  if (button.dataset.do === 'close') return close();
  if (!inPanel) shared.opener = button;
  trigger(button.dataset.do, {...button.dataset, ...values(button)});
});

element.addEventListener('input', event => {
  if (!event.target.matches('[data-filter]')) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const row of element.querySelectorAll('[data-text]'))
    row.hidden = !words.every(word => row.dataset.text.includes(word));
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

function settle() {
  for (const fold of element.querySelectorAll('[data-fold]'))
    if (opened.has(fold.dataset.fold)) fold.open = true;
  if (element.closest('#outbox') && props.value) return deliver(JSON.parse(props.value));
  if (inAnswer) follow(element.querySelector('.answer'));
  if (!inPanel) return;
  const panel = element.querySelector('.panel');
  document.body.classList.toggle('beside', panel !== null);
  if (!panel) return;
  panel.focus({preventScroll: true});
  panel.scrollTop = 0;
  const mark = panel.querySelector('.note-text mark');
  if (mark?.offsetParent) panel.scrollTop = mark.offsetTop - panel.clientHeight / 3;
}

// A new answer starts at the top of the page; the address keeps its question through a reload.
function follow(article) {
  const before = writing;
  writing = Boolean(article?.querySelector('.status'));
  if (!article) return;
  if (writing && !before) element.closest('#answer').scrollIntoView({block: 'start'});
  const address = new URL(location.href);
  address.searchParams.set('q', article.dataset.question);
  history.replaceState(null, '', address);
}

function deliver({name, kind, data, probe, estimate}) {
  if (estimate) {
    for (const line of document.querySelectorAll('[data-estimate]'))
      if (line.dataset.estimate === probe) line.textContent = estimate;
    return;
  }
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], {type: kind}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

if (inPanel) document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && element.querySelector('.panel')) close();
});

watch('value', settle);
settle();
