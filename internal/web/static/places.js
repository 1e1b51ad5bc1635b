// "Autour de moi" and "Copier l’adresse". Without this script one types where
// one is, and copies the address by hand.
const button = (words, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'link';
  made.textContent = words;
  made.onclick = act;
  return made;
};
const say = (beside, words) => {
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  beside.append(' ', said);
  setTimeout(() => { said.textContent = words; });
};

const near = document.querySelector('[data-near]');
if (near && 'geolocation' in navigator && isSecureContext) {
  near.append(button('Autour de moi', () => {
    near.querySelector('span')?.remove();
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const field = document.getElementById('ou');
      // A hundred metres are enough to sort places, and tell less of where one is.
      field.value = coords.latitude.toFixed(3) + ',' + coords.longitude.toFixed(3);
      field.form.requestSubmit();
    }, () => say(near, 'Votre appareil ne dit pas où vous êtes. Écrivez votre commune.'), { timeout: 10000, maximumAge: 600000 });
  }));
  near.hidden = false;
}

for (const line of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  const text = line.dataset.copy || line.querySelector('a').href;
  line.append(document.createElement('br'), button(line.dataset.words || 'Copier l’adresse', async () => {
    line.querySelector('span')?.remove();
    await navigator.clipboard.writeText(text).then(() => say(line, 'Copié.'), () => say(line, 'Sélectionnez le texte, puis touches Ctrl et C.'));
  }));
}
