// Shows what a choice would give as soon as it is made. Without this script, a
// button does the same.
const form = document.querySelector('form[data-preview]');
const shown = document.getElementById('apercu');
let last = 0;
form.addEventListener('change', async () => {
  const mine = ++last;
  const data = new URLSearchParams(new FormData(form));
  data.set('voir', 'oui');
  shown.setAttribute('aria-busy', 'true');
  const answer = await fetch(form.action, { method: 'POST', body: data });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById('apercu');
  if (mine === last && fresh) shown.replaceChildren(...fresh.childNodes);
  shown.removeAttribute('aria-busy');
});
