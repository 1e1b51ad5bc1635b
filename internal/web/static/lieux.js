// <passerelle-lieux commune="23096" service="procedures" nombre="5">: the
// nearest places where one is helped, in the page of any site. It reads the
// public API; what stands inside the element (a link) stays below the list, and
// alone when the API does not answer.
(() => {
  const base = new URL(document.currentScript.src).origin;
  const words = { territoire: 'territory', service: 'service', public: 'public', besoin: 'need', materiel: 'equipment', langue: 'language', commune: 'address' };
  const marks = { acces: ['access', 'wheelchair'], gratuit: ['fee', 'free'], pass: ['pass', 'true'], label: ['labelled', 'true'], mandat: ['aidants_connect', 'true'] };
  const look = `:host { display: block; } ol { list-style: none; margin: 0 0 1em; padding: 0; } li { padding: .7em 0; border-top: 1px solid; border-color: color-mix(in srgb, currentColor 30%, transparent); }
    p { margin: .15em 0; } .name { font-weight: 700; } a { color: inherit; text-underline-offset: .2em; } a:focus-visible { outline: 3px solid; outline-offset: 2px; }`;
  const make = (name, text, inside = []) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    made.append(...inside);
    return made;
  };
  const link = (text, path) => Object.assign(make('a', text), { href: path });
  const hour = text => {
    const [hours, minutes] = text.split(':').map(Number);
    return `${hours}\u00a0h${minutes ? '\u00a0' + String(minutes).padStart(2, '0') : ''}`;
  };
  const opening = spans => {
    if (!spans) return 'Horaires à demander';
    return spans.length ? 'Ouvert aujourd’hui\u00a0: ' + spans.map(({ from, to }) => `${hour(from)} à ${hour(to)}`).join(' et ') : 'Fermé aujourd’hui';
  };
  const distance = metres => {
    const road = metres * 1.3;
    return road < 100 ? 'sur place' : road < 950 ? `environ ${Math.round(road / 100) * 100}\u00a0m` : `environ ${Math.round(road / 1000)}\u00a0km`;
  };
  const telephone = number => number.replace(/^\+(33|590|594|596|262)/, '0').replace(/(\d\d)(?=\d)/g, '$1\u00a0');
  const line = place => {
    const lines = [make('p', '', [link(place.name, `${base}/lieux/${place.id}`)])];
    lines[0].className = 'name';
    const where = [place.address, `${place.postal_code} ${place.commune}`].filter(Boolean).join(', ');
    lines.push(make('p', where + (place.distance_m === undefined || place.approximate ? '' : ` (${distance(place.distance_m)})`)), make('p', opening(place.today)));
    if (place.telephone) lines.push(make('p', '', [link(telephone(place.telephone), 'tel:' + place.telephone)]));
    return make('li', '', lines);
  };
  customElements.define('passerelle-lieux', class extends HTMLElement {
    static observedAttributes = [...Object.keys(words), ...Object.keys(marks), 'comment', 'nombre'];

    connectedCallback() { this.show(); }

    attributeChangedCallback() { if (this.shadowRoot) this.show(); }

    async show() {
      const query = new URLSearchParams({ limit: this.getAttribute('nombre') || '5' });
      for (const [own, theirs] of Object.entries(words)) if (this.getAttribute(own)) query.set(theirs, this.getAttribute(own));
      const way = this.getAttribute('comment');
      if (way) query.set(way === 'remote' ? 'support' : 'access', way);
      for (const [own, [name, value]] of Object.entries(marks)) if (this.hasAttribute(own)) query.set(name, value);
      const root = this.shadowRoot || this.attachShadow({ mode: 'open' });
      if (!root.childNodes.length) root.append(make('slot'));
      const answer = await fetch(`${base}/api/v1/places?${query}`, { credentials: 'omit' }).then(got => got.ok ? got.json() : null).catch(() => null);
      root.querySelector('ol')?.remove();
      if (!answer || !answer.items.length) return;
      const list = make('ol', '', answer.items.map(line));
      list.lang = 'fr';
      list.setAttribute('aria-label', this.getAttribute('aria-label') || 'Lieux où l’on vous aide');
      if (!root.adoptedStyleSheets.length) {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(look);
        root.adoptedStyleSheets = [sheet];
      }
      root.prepend(list);
      this.dispatchEvent(new Event('passerelle-lieux'));
    }
  });
})();
