// The detailed map, where an instance has a tile service. Nobody but this site
// is asked for anything until the visitor wants that map; our drawing and the
// list stay for everyone else.
for (const box of document.querySelectorAll('[data-tiles]')) {
  const load = (name, properties) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(name), properties, { onload: done, onerror: failed }));
  });
  const host = new URL(box.dataset.tiles.replace(/[{}]/g, '')).host;
  const line = document.createElement('p');
  const button = document.createElement('button');
  line.className = 'small';
  button.type = 'button';
  button.className = 'link';
  button.textContent = 'Afficher la carte détaillée';
  line.append(button, ` (ses images viennent de ${host})`);
  box.append(line);
  button.onclick = async () => {
    button.disabled = true;
    try {
      await Promise.all([load('link', { rel: 'stylesheet', href: box.dataset.sheet }), load('script', { src: box.dataset.leaflet })]);
    } catch {
      button.disabled = false;
      return;
    }
    const figure = box.querySelector('figure');
    const frame = document.createElement('div');
    frame.className = 'tiles';
    frame.setAttribute('role', 'region');
    frame.setAttribute('aria-label', 'Carte détaillée');
    figure.before(frame);
    figure.hidden = true;
    line.remove();
    const map = L.map(frame, { keyboard: true, zoomControl: false });
    L.control.zoom({ zoomInTitle: 'Plus près', zoomOutTitle: 'Plus loin' }).addTo(map);
    map.attributionControl.setPrefix('');
    L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution.replace(/[<&]/g, sign => `&#${sign.charCodeAt()};`), maxZoom: 19 }).addTo(map);
    const points = [...document.querySelectorAll('[data-at]')].map(place => {
      const at = place.dataset.at.split(',').map(Number);
      const title = place.dataset.name || place.querySelector('h2 a').textContent;
      const number = place.querySelector('.pin')?.textContent || '●';
      const pin = document.createElement('span');
      pin.className = 'pin';
      pin.textContent = number;
      // The list names them and leads to them: the pins only show where.
      pin.title = title;
      L.marker(at, { icon: L.divIcon({ html: pin, className: '', iconSize: [38, 38] }), interactive: false, keyboard: false }).addTo(map);
      return at;
    });
    map.fitBounds(points, { padding: [30, 30], maxZoom: 16 });
  };
}
