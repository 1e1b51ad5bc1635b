// Proposes communes under a field while one types (WAI-ARIA combobox with a
// list box). Without this script the field takes the same text.
for (const box of document.querySelectorAll('.suggest:not([data-on])')) {
  box.dataset.on = '1';
  const input = box.querySelector('input');
  const list = document.createElement('ul');
  const said = document.createElement('span');
  let asked, found = [], at = -1;
  list.id = input.id + '-l';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Communes proposées');
  said.className = 'vh';
  said.setAttribute('role', 'status');
  box.append(list, said);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const point = (to) => {
    at = to;
    [...list.children].forEach((line, i) => line.setAttribute('aria-selected', String(i === at)));
    if (at < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', list.children[at].id);
  };
  const take = (i) => {
    input.value = found[i].value;
    said.textContent = '';
    close();
  };
  const ask = async () => {
    const text = input.value.trim();
    if (text.length < 2) return close();
    const answer = await fetch(box.dataset.communes + '?q=' + encodeURIComponent(text)).catch(() => null);
    if (!answer || !answer.ok || input.value.trim() !== text) return;
    found = await answer.json();
    list.replaceChildren(...found.map((commune, i) => {
      const line = document.createElement('li');
      line.id = list.id + i;
      line.setAttribute('role', 'option');
      line.textContent = commune.value;
      line.onpointerdown = (event) => { event.preventDefault(); take(i); };
      return line;
    }));
    if (!found.length || document.activeElement !== input) return close();
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    said.textContent = found.length > 1 ? found.length + ' communes proposées' : '1 commune proposée';
    point(-1);
  };
  input.addEventListener('input', () => { clearTimeout(asked); asked = setTimeout(ask, 150); });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    if (event.key === 'ArrowDown') point((at + 1) % found.length);
    else if (event.key === 'ArrowUp') point(at < 1 ? found.length - 1 : at - 1);
    else if (event.key === 'Enter' && at >= 0) take(at);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
  close();
}
