/* A village's paper sheet with script (ES5): keys move between the cells, sums show beside the rows, and what is
typed is saved at once. What the server does not have yet is kept on this device; what another window saved
meanwhile is never overwritten. Ballots one by one: paper-ballots.js. */
(function (window, document) {
  'use strict';
  var SOON = 1500, AGAIN = 5000, PATIENCE = 15000, PREFIX = 'longdan-kiem-phieu ';
  var form = byId('sheet'), settled = byId('settled'), sheet = {form: form, counts: {}, changed: changed, reckon: reckon};
  var cells, saved, sending = null, timer = 0, stopped = false, conflicting, kept = true, pressed = null;

  function byId(id) { return document.getElementById(id); }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function say(name) { return form.getAttribute('data-' + name); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }
  function write(number) { return String(number).replace(/\B(?=(\d{3})+$)/g, say('mark')); }
  function show(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /* --- what was typed, on this device until the server has it --- */

  function key(way) { return PREFIX + (form || settled).getAttribute('data-kept') + ' ' + way; }
  function ownKey() { return key(form.elements.way.value); }

  function forget(name) {
    try { localStorage.removeItem(name); } catch (missing) {}
  }

  function recall() {
    try { return JSON.parse(localStorage.getItem(ownKey())); } catch (missing) { return null; }
  }

  /* What stands against another window's numbers stays so after a reload: it is kept as having seen nothing. */
  function keep() {
    var seen = conflicting ? '' : form.elements.seen.value;
    try {
      localStorage.setItem(ownKey(), JSON.stringify({seen: seen, fields: read(), sent: sending && sending.fields}));
      kept = true;
    } catch (full) { kept = false; }
  }

  function listTyped() {
    return all('input[name]', form).filter(function (one) {
      return ['csrf_token', 'seen', 'version', 'way'].indexOf(one.name) < 0;
    });
  }

  function read() {
    var fields = {};
    listTyped().forEach(function (one) { fields[one.name] = one.value; });
    return fields;
  }

  /* Whether the server would keep the same: it keeps no ballot that is half typed. */
  function same(one, other) { return settle(one) === settle(other); }

  function settle(fields) {
    return JSON.stringify(Object.keys(fields).sort().map(function (name) {
      return name === 'ballot' || name === 'place' ? '' : name + '=' + fields[name].trim();
    }));
  }

  /* Puts back what did not reach the server, on the page that it was typed on or on one that shows what was sent.
  What did reach it, as the window closed on the answer, is told to be saved. */
  function restore() {
    var copy = recall();
    if (!copy) return;
    if (same(copy.fields, saved) && !copy.fields.ballot) {
      tell(say('saved'));
      return forget(ownKey());
    }
    if (conflicting) return;
    if (copy.seen !== form.elements.seen.value && !(copy.sent && same(copy.sent, saved))) {
      form.elements.seen.value = '0';
      conflict(say('conflict'));
    } else if (!same(copy.fields, saved)) tell(say('restored'));
    listTyped().forEach(function (one) {
      if (copy.fields.hasOwnProperty(one.name)) one.value = copy.fields[one.name];
    });
    later(SOON);
  }

  /* --- saving as it is typed --- */

  function tell(text, trouble) {
    show(byId('state'), text);
    byId('state').className = trouble ? 'problem' : '';
  }

  function stop(text) {
    stopped = true;
    tell(text, true);
  }

  function conflict(text) {
    conflicting = true;
    stop(text);
    byId('compare').hidden = false;
    if (byId('save')) byId('save').hidden = true;
    keep();
  }

  function later(delay) {
    clearTimeout(timer);
    if (say('autosave') && !stopped) timer = setTimeout(push, delay);
  }

  function changed() {
    var fields = read(), done = same(fields, saved);
    if (done && !sending && !fields.ballot) forget(ownKey()); else keep();
    if (stopped) return;
    if (!done) tell(say(say('autosave') ? 'unsaved' : 'by-hand'));
    else if (!sending) tell(say('saved'));
    later(SOON);
  }

  function encode() {
    return all('input[name]', form).filter(function (one) {
      return one.name !== 'ballot' && one.name !== 'place';
    }).map(function (one) {
      return encodeURIComponent(one.name) + '=' + encodeURIComponent(one.value);
    }).join('&');
  }

  /* One at a time, and the same again until it is answered: whether it arrived is not known before. */
  function push() {
    var request = new XMLHttpRequest(), attempt = sending;
    clearTimeout(timer);
    if (stopped || !say('autosave') || (attempt && attempt.going)) return;
    if (!attempt && same(read(), saved)) return;
    attempt = sending = attempt || {fields: read(), body: encode()};
    attempt.going = true;
    keep();
    tell(say('saving'));
    request.onloadend = function () {
      attempt.going = false;
      answer(request, attempt);
      if (pressed) leave();
    };
    request.open('POST', say('autosave'));
    request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
    request.timeout = PATIENCE;
    request.send(attempt.body);
  }

  function answer(request, attempt) {
    var told = null;
    try { told = JSON.parse(request.responseText); } catch (other) {}
    if (told && told.seen) {
      form.elements.seen.value = told.seen;
      saved = attempt.fields;
      sending = null;
      changed();
    } else if (told && request.status === 409) conflict(told.problem);
    else if (told) stop(told.problem);
    else if (request.status && request.status < 500) stop(say(kept ? 'signed-out' : 'not-kept'));
    else {
      tell(say(kept ? 'failed' : 'not-kept'), true);
      later(AGAIN);
    }
  }

  /* A button waits for what is on its way: the server would take the two for two windows. */
  function submit(event) {
    if (sending && sending.going) {
      event.preventDefault();
      pressed = pressed || byId('compare');
      return;
    }
    clearTimeout(timer);
    keep();
    kept = true;
  }

  function leave() {
    var button = pressed;
    pressed = null;
    button.click();
  }

  /* --- sums --- */

  /* As survey.domain.paper_counts reads it: null for an empty cell, NaN for what is no number. */
  function count(name) {
    var cell = byId(name), text = cell && cell.value.trim();
    if (!cell) return sheet.counts[name] || 0;
    if (!text) return null;
    return /^(\d{1,9}|\d{1,3}([. \u00a0]\d{3}){1,2})$/.test(text) ? Number(text.replace(/[. \u00a0]/g, '')) : NaN;
  }

  function isTyped(name) { return byId(name) ? byId(name).value.trim() !== '' : !!count(name); }

  function judge(sum) {
    var total = count(sum.getAttribute('data-total')), parts = sum.getAttribute('data-parts').split(' ');
    var atMost = sum.hasAttribute('data-at-most'), added, more;
    added = parts.reduce(function (all, name) { return all + (count(name) || 0); }, 0);
    more = added - total;
    if (!parts.some(isTyped)) mark(sum, '', '');
    else if (total === null || isNaN(total)) mark(sum, atMost ? '' : fill(say('sum'), {n: write(added)}), '');
    else if (!more || (atMost && more < 0)) mark(sum, say('fits'), 'fits');
    else mark(sum, fill(say(more > 0 ? 'over' : 'under'), {n: write(Math.abs(more))}), 'off');
  }

  function mark(place, text, kind) {
    show(place, text);
    place.className = place.className.split(' ')[0] + ' ' + kind;
  }

  function judgeBounds(place) {
    var any = count('any_not_satisfied'), least = 0, most = 0;
    all('input[id$=_not_satisfied]:not(#any_not_satisfied)', form).forEach(function (one) {
      least = Math.max(least, count(one.id) || 0);
      most += count(one.id) || 0;
    });
    most = Math.min(most, count('valid') || 0);
    if (any === null) return mark(place, '', '');
    mark(place, fill(say('bounds'), {least: write(least), most: write(most)}), any >= least && any <= most ? 'fits' : 'off');
  }

  /* What the server objected to is not said any longer of a line that changes. */
  function clear(cell) {
    var line = cell;
    while (line !== form && !/\bwrong\b/.test(line.className)) line = line.parentNode;
    if (line === form) return;
    line.className = line.className.replace(/ ?\bwrong\b/, '');
    all('.problem', line).forEach(function (one) { show(one, ''); });
    all('[aria-invalid]', line).forEach(function (one) { one.removeAttribute('aria-invalid'); });
  }

  function reckon() {
    all('.sum', form).forEach(judge);
    all('.bounds', form).forEach(judgeBounds);
  }

  /* --- keys between the cells --- */

  function findInColumn(place, step) {
    var column = cells[place].getAttribute('data-column'), next;
    for (next = place + step; cells[next]; next += step) {
      if (cells[next].getAttribute('data-column') === column) return cells[next];
    }
    return cells[place + step];
  }

  function isAtEdge(cell, end) {
    var whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    return whole || (cell.selectionStart === cell.selectionEnd && cell.selectionStart === end);
  }

  function findNext(cell, place, pressed) {
    if (pressed === 13) return cells[place + 1] || form.querySelector('[value=finish]');
    if (pressed === 40) return findInColumn(place, 1);
    if (pressed === 38) return findInColumn(place, -1);
    if (pressed === 39 && isAtEdge(cell, cell.value.length)) return cells[place + 1];
    return pressed === 37 && isAtEdge(cell, 0) ? cells[place - 1] : null;
  }

  function move(event) {
    var place = cells.indexOf(event.target), next;
    if (place < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    next = findNext(event.target, place, event.keyCode);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  function begin() {
    cells = all('.cell', form);
    conflicting = form.hasAttribute('data-hold');
    saved = conflicting || form.hasAttribute('data-unsaved-page') ? {} : read();
    form.addEventListener('keydown', move);
    form.addEventListener('input', function (event) {
      clear(event.target);
      reckon();
      changed();
    });
    cells.forEach(function (cell) { cell.addEventListener('focus', function () { cell.select(); }); });
    form.addEventListener('submit', submit);
    all('[name=step]', form).forEach(function (button) {
      button.addEventListener('click', function () { if (sending && sending.going) pressed = button; });
    });
    if (byId('take-kept')) byId('take-kept').addEventListener('click', function () { forget(ownKey()); });
    restore();
    if (form.elements.ballots) window.LongDan.keyBallots(sheet);
    reckon();
    window.addEventListener('online', function () { later(0); });
    window.addEventListener('beforeunload', function (event) {
      if (!kept && !same(read(), saved)) event.returnValue = say('not-kept');
    });
    document.addEventListener('visibilitychange', function () { if (document.hidden) push(); });
  }

  if (form) begin();
  else if (settled) ['totals', 'ballots'].forEach(function (way) { forget(key(way)); });
})(window, document);
