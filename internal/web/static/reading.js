// Reading coupons: a sound for the answer, the seconds left to take it back,
// and hand scanners that end with Tab. Without this script the words, the
// colours and the Enter key say and do the same.
const field = document.getElementById('code');
if (field) {
  let began = 0;
  field.addEventListener('keydown', event => {
    if (!field.value) began = event.timeStamp;
    // A person types slower than a scanner, and keeps the Tab key to move on.
    const long = field.value.length;
    if (event.key === 'Tab' && !event.shiftKey && long >= 16 && event.timeStamp - began < long * 40) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });
}

const play = notes => {
  const sound = new AudioContext();
  notes.forEach(([pitch, at, lasts]) => {
    const note = sound.createOscillator(), volume = sound.createGain();
    note.frequency.value = pitch;
    volume.gain.value = .15;
    note.connect(volume).connect(sound.destination);
    note.start(sound.currentTime + at);
    note.stop(sound.currentTime + at + lasts);
  });
};
const answer = document.querySelector('[data-answer]');
if (answer && sessionStorage.getItem('answer') !== answer.dataset.at) {
  sessionStorage.setItem('answer', answer.dataset.at);
  play(answer.dataset.answer === 'ok' ? [[880, 0, .12]] : [[220, 0, .16], [196, .22, .22]]);
}

const left = document.querySelector('[data-left]');
if (left) {
  const end = Date.now() + 1000 * left.dataset.left;
  const tick = setInterval(() => {
    const seconds = Math.round((end - Date.now()) / 1000);
    if (seconds > 0) {
      left.textContent = seconds < 60 ? `, encore ${seconds}\u00a0s.` : `, encore ${Math.floor(seconds / 60)}\u00a0min\u00a0${String(seconds % 60).padStart(2, '0')}.`;
      return;
    }
    clearInterval(tick);
    left.textContent = ', avec un motif.';
  }, 1000);
}
