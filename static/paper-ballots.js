/* Paper ballots keyed one by one (ES5), without a reload: the list of them lives in a hidden field of the sheet,
which paper.js saves. The field for the next ballot holds a key per content; the contents beside it tell what
each key says. */
window.LongDan = window.LongDan || {};
window.LongDan.keyBallots = function (sheet) {
  'use strict';
  var form = sheet.form, field = byId('ballot'), hidden = form.elements.ballots, place = form.elements.place;
  var list = byId('ballots'), which = byId('which'), current = byId('current'), ballots = [];
  var before = '', replaced = '', warned = false;
  var rows = all('#keys li').map(function (row) {
    return {
      row: row, text: row.querySelector('span').textContent, said: row.querySelector('b'),
      names: JSON.parse(row.getAttribute('data-names')), against: row.getAttribute('data-against')
    };
  });
  var reasons = all('.invalid button').map(function (button) {
    return {button: button, ballot: button.value, name: button.querySelector('span').textContent};
  });

  function byId(id) { return document.getElementById(id); }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }
  function show(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
  function trouble(name, values) {
    field.parentNode.className = 'field';
    field.removeAttribute('aria-invalid');
    show(byId('ballot-problem'), name ? fill(field.getAttribute('data-' + name), values || {}) : '');
  }
  /* Stays until Enter: who reads keys off a ballot looks up late. */
  function warn(name, values) {
    warned = true;
    trouble(name, values);
  }
  function squeeze(text) { return text.replace(/\s/g, ''); }
  function isInvalid(text) { return /x/i.test(text); }
  function isKey(row, letter) { return !!row && /\d/.test(letter) && !!row.names[Number(letter)]; }
  function findReason(text) { return /^x\d+$/i.test(text) && reasons[Number(text.slice(1)) - 1]; }
  function numberOf(ballot) { return reasons.map(function (one) { return one.ballot; }).indexOf(ballot) + 1; }

  /* Leaves what may stand in the field. An x, wherever it is typed, makes the ballot an invalid one: of the keys
  before it none may become an answer by accident. They come back when the x is wiped out. */
  function clean() {
    var typed = squeeze(field.value), good, at;
    if (!warned) trouble('');
    if (replaced && !typed) return bringBack();
    if (replaced && !isInvalid(typed)) forgetReplaced();
    good = isInvalid(typed) ? cleanInvalid(typed) : cleanKeys(typed);
    if (field.value !== good) {
      at = Math.max(0, field.selectionStart - field.value.length + good.length);
      write(good, good === 'x' ? 1 : at);
    }
    before = good;
  }

  function cleanInvalid(typed) {
    if (!before || isInvalid(before)) return 'x' + typed.replace(/\D/g, '');
    replaced = before;
    warn('replaced');
    return 'x';
  }

  /* Keys that some content has at their place; those beyond the last content stay, so that they are seen. */
  function cleanKeys(typed) {
    var good = '';
    typed.split('').forEach(function (letter) {
      var row = rows[good.length], beyond = !row && /\d/.test(letter);
      if (beyond || isKey(row, letter)) good += letter;
      if (beyond) warn('long', {n: rows.length});
      else if (!isKey(row, letter)) warn('wrong', {key: letter});
    });
    return good;
  }

  function write(text, at) {
    field.value = before = text;
    field.setSelectionRange(at, at);
  }

  function forgetReplaced() {
    replaced = '';
    warned = false;
    trouble('');
  }

  function bringBack() {
    write(replaced, replaced.length);
    forgetReplaced();
  }

  /* Shows beside each content what its key says, and which one comes next. */
  function mirror() {
    var invalid = isInvalid(field.value), text = invalid ? '' : field.value;
    var now = invalid ? -1 : Math.min(field.selectionStart, text.length);
    rows.forEach(function (one, number) {
      var letter = text.charAt(number);
      show(one.said, letter ? one.names[Number(letter)] : '\u00a0');
      one.row.className = (number === now ? 'now ' : '') + (letter && letter === one.against ? 'against' : '');
    });
    tellCurrent(text, now);
  }

  /* The same in a line under the field, as the list of contents is longer than a screen. */
  function tellCurrent(text, now) {
    var row = rows[now], last = rows[now - 1], reason = findReason(squeeze(field.value));
    var told = now < 0 ? 'invalid' : row ? 'next' : 'full';
    show(current.firstElementChild, last ? fill(current.getAttribute('data-said'), {
      n: now, name: last.names[Number(text.charAt(now - 1))]
    }) : '');
    show(current.lastElementChild, reason ? reason.name : fill(current.getAttribute('data-' + told), {
      n: row ? now + 1 : rows.length, text: row && row.text
    }));
  }

  /* The ballot that stands in the field, or '' with a word of what is wrong with it. */
  function take() {
    var text = squeeze(field.value), reason = findReason(text);
    var wrong = text.split('').filter(function (letter, number) { return !isKey(rows[number], letter); })[0];
    warned = false;
    if (reason) return reason.ballot;
    if (isInvalid(text)) trouble('reason');
    else if (text.length !== rows.length) trouble('short', {n: rows.length});
    else if (wrong) trouble('wrong', {key: wrong});
    else if (/^0*$/.test(text)) trouble('blank');
    else return text;
    return '';
  }

  function put(ballot) {
    var at = place.value ? Number(place.value) - 1 : ballots.length;
    if (ballot) ballots[at] = ballot; else ballots.splice(at, 1);
    hidden.value = ballots.join(' ');
    edit(0);
    sheet.changed();
  }

  function edit(number) {
    var ballot = number ? ballots[number - 1] : '';
    place.value = number || '';
    write(numberOf(ballot) ? 'x' + numberOf(ballot) : ballot, 0);
    forgetReplaced();
    render();
    field.focus();
    field.setSelectionRange(0, 0);
    mirror();
  }

  function drawLine(ballot, number) {
    var item = document.createElement('li'), keys = document.createElement('code'), link = document.createElement('a');
    var reason = reasons[numberOf(ballot) - 1];
    item.value = number;
    keys.textContent = reason ? 'x' + numberOf(ballot) : ballot.replace(/(.{5})(?=.)/g, '$1 ');
    link.href = list.getAttribute('data-place') + '?phieu=' + number;
    link.textContent = list.getAttribute('data-edit');
    link.setAttribute('aria-label', list.getAttribute('data-edit') + ' ' + number);
    item.appendChild(keys);
    item.appendChild(document.createTextNode(reason ? ' ' + reason.name + ' ' : ' '));
    item.appendChild(link);
    return item;
  }

  function countUp() {
    var counts = sheet.counts = {valid: 0, any_not_satisfied: 0};
    ballots.forEach(function (ballot) {
      var name = ballot.replace(/^x:/, 'invalid_');
      if (name !== ballot) {
        counts[name] = (counts[name] || 0) + 1;
        return;
      }
      counts.valid += 1;
      if (rows.some(function (one, number) { return ballot.charAt(number) === one.against; })) counts.any_not_satisfied += 1;
    });
    all('#tally [data-count]').forEach(function (one) { show(one, String(counts[one.getAttribute('data-count')] || 0)); });
    sheet.reckon();
  }

  function render() {
    var number;
    ballots = hidden.value ? hidden.value.split(' ') : [];
    while (list.firstChild) list.removeChild(list.firstChild);
    for (number = ballots.length; number; number -= 1) list.appendChild(drawLine(ballots[number - 1], number));
    show(which, fill(which.getAttribute(place.value ? 'data-edited' : 'data-next'), {n: place.value || ballots.length + 1}));
    byId('drop').hidden = !place.value;
    mirror();
    countUp();
  }

  function add(event) {
    var ballot = field.value.trim() && take();
    event.preventDefault();
    if (ballot) put(ballot); else field.focus();
  }

  field.addEventListener('input', function () {
    clean();
    mirror();
  });
  ['keyup', 'click'].forEach(function (name) { field.addEventListener(name, mirror); });
  /* In a ballot that is full a key takes the place of the one before it; up and down go from content to content. */
  function press(event) {
    var at = field.selectionStart, step = {38: -1, 40: 1}[event.keyCode];
    if (event.keyCode === 13) add(event);
    else if (event.keyCode === 27 && replaced) {
      bringBack();
      mirror();
      sheet.changed();
    } else if (event.keyCode === 27 && place.value) edit(0);
    else if (step && at + step >= 0) {
      event.preventDefault();
      field.setSelectionRange(at + step, at + step);
    } else if (/^\d$/.test(event.key) && at === field.selectionEnd && field.value.length === rows.length) {
      field.setSelectionRange(at, at + 1);
    }
  }

  field.addEventListener('keydown', press);
  byId('add').addEventListener('click', add);
  byId('drop').addEventListener('click', function (event) {
    event.preventDefault();
    put('');
  });
  reasons.forEach(function (one) {
    one.button.addEventListener('click', function (event) {
      event.preventDefault();
      put(one.ballot);
    });
  });
  list.addEventListener('click', function (event) {
    if (event.target.tagName !== 'A') return;
    event.preventDefault();
    edit(Number(event.target.parentNode.value));
  });
  /* A whole ballot goes along; one that is half typed is first to be finished or wiped out. */
  form.addEventListener('submit', function (event) {
    if (event.defaultPrevented || !field.value.trim() || take()) return;
    event.preventDefault();
    field.focus();
  });
  before = field.value;
  current.hidden = false;
  render();
};
