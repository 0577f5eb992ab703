/* The helpers' pages with script (ES5): codes are checked on the spot, ballots wait in the device's queue
(queue.js) and are sent to the page's own address by whoever collected them. Nothing queued is shown again,
except a ballot that the server could not take as it stood, to who collected it, for correction. */
(function (window, document) {
  'use strict';
  var PAGES = 'longdan-collect', PATIENCE = 15000;
  var LongDan = window.LongDan, holder = byId('collect');
  var form = byId('ballot'), counter = byId('queue-count'), notice = byId('queue-notice'), plainCount = counter.textContent;
  var me = {staff: words('staff'), name: words('name'), token: words('token')};
  var queue, refused, pump, waiting = 0, others = {}, sent = 0, signedOut = false, unkept = false, warned = false;
  var last = '', adding = false, corrected = '';
  if (!LongDan || !window.DOMParser || !('onloadend' in new XMLHttpRequest()) || !LongDan.newKey()) return;
  var newKey = LongDan.newKey, isPick = LongDan.isPick, encode = LongDan.encode;

  function byId(id) { return document.getElementById(id); }
  function words(name) { return holder.getAttribute('data-' + name); }
  function say(name) { return form.getAttribute('data-' + name); }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }
  function show(element, text) {
    if (element.textContent !== text) element.textContent = text;
    element.hidden = !text;
  }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  /* --- what waits, and whose it is --- */

  function isMine(item) { return item.staff === me.staff; }

  function look(items) {
    others = {};
    waiting = items.filter(isMine).length;
    items.forEach(function (item) {
      if (!isMine(item)) others[item.name] = (others[item.name] || 0) + 1;
    });
    render();
  }

  function render() {
    var texts = [], name;
    if (form) show(counter, fill(words('counts'), {sent: sent, waiting: waiting}));
    else show(counter, waiting ? fill(words('waiting'), {n: waiting}) : plainCount);
    if (signedOut && waiting) texts.push(fill(words('sign-in-again'), {n: waiting}));
    for (name in others) texts.push(fill(words('of-others'), {n: others[name], name: name}));
    if (unkept && waiting) texts.push(words('not-kept'));
    if (warned && waiting) texts.push(fill(words('sign-out'), {n: waiting}));
    show(notice, texts.join(' '));
    byId('queue-sign-in').hidden = !(signedOut && waiting);
    if (byId('end-wait') && !waiting) show(byId('end-wait'), '');
  }

  function recount() { queue.list(look); }

  /* Who is signed in now: done(true) for the person of this page, done(false) for nobody or another one,
  done(null) when the server could not be asked. */
  function identify(done) {
    var request = new XMLHttpRequest();
    request.onloadend = function () {
      var told = null;
      try { told = JSON.parse(request.responseText); } catch (other) {}
      if (told && told.token) {
        signedOut = String(told.staff) !== me.staff;
        if (!signedOut) me.token = told.token;
        return done(!signedOut);
      }
      if (request.status !== 200 || (request.responseURL || words('sign-in')).indexOf(words('sign-in').split('?')[0]) < 0) {
        return done(null);
      }
      signedOut = true;
      done(false);
    };
    request.open('GET', words('state'));
    request.timeout = PATIENCE;
    request.send();
  }

  /* The queue as the pump sees it: this person's ballots, with the token of the session that lives now. */
  var outgoing = {
    list: function (done) {
      queue.list(function (items) {
        look(items);
        if (!waiting) return done([]);
        identify(function (known) {
          render();
          if (known === false) return done([]);
          done(items.filter(isMine).map(function (item) {
            item.headers = {'X-CSRFToken': me.token};
            return item;
          }));
        });
      });
    },
    remove: function (id, done) {
      queue.remove(id, function () {
        recount();
        done();
      });
    }
  };

  function settle(item, result) {
    var page = new DOMParser().parseFromString(result.text, 'text/html'), answered = page.getElementById('ballot'), reason;
    if (result.outcome === 'recorded' || result.outcome === 'repeated') {
      sent = Number(answered.getAttribute('data-sent'));
      keepSent(answered.getAttribute('data-session'));
      if (form && item.id === last) show(byId('told'), page.getElementById('told').textContent);
      return;
    }
    reason = page.getElementById('wrong-text') || page.querySelector('h1');
    refused.add({
      id: item.id, at: item.at, staff: item.staff, label: item.label, village: item.village,
      url: item.url, body: result.outcome === 'invalid' ? item.body : '',
      reason: reason ? reason.textContent : result.outcome
    }, listRefused);
    if (form && item.id === last) show(byId('told'), '');
  }

  function listRefused() {
    refused.list(function (notes) {
      var list = byId('queue-refused');
      while (list.firstChild) list.removeChild(list.firstChild);
      notes.filter(isMine).forEach(function (note) {
        var line = document.createElement('li');
        line.appendChild(document.createTextNode(
          fill(words((note.body ? 'unread' : 'refused') + (note.village ? '-village' : '')),
            {label: note.label, reason: note.reason}) + ' '));
        if (note.body) line.appendChild(makeButton(words('correct'), function () { correct(note); }));
        if (!note.body || note.id === corrected) {
          line.appendChild(makeButton(words('seen'), function () { refused.remove(note.id, listRefused); }));
        }
        list.appendChild(line);
      });
      list.hidden = !list.children.length;
    });
  }

  function makeButton(text, act) {
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'button';
    button.textContent = text;
    button.addEventListener('click', act);
    return button;
  }

  /* Puts back into the form what the server could not take; it stays kept until it is saved anew, under its key. */
  function correct(note) {
    var given = LongDan.decode(note.body);
    if (!form || place(form.getAttribute('action')) !== place(note.url)) {
      location.href = place(note.url);
      return;
    }
    if (isBegun()) return tellWrong(say('busy'), []);
    clearProblems();
    all('[name]', form).forEach(function (one) {
      var values = given[one.name] || [];
      if (isPick(one)) one.checked = values.indexOf(one.value) >= 0;
      else if (one.type !== 'hidden') {
        one.value = values[0] || '';
        if (one.value && /reason/.test(one.parentNode.className)) one.parentNode.className = 'reason given';
      }
    });
    form.elements.key.value = corrected = note.id;
    if (say('tag')) checkTyped();
    listRefused();
    tellWrong(note.reason, []);
  }

  function place(address) { return address.replace(/[?#].*/, ''); }

  /* Whether another household's ballot stands in the form. */
  function isBegun() {
    return form.elements.key.value !== corrected && all('.asked input, .asked textarea, #ballot .code').some(function (one) {
      return isPick(one) ? one.checked : one.value;
    });
  }

  /* How many of the session were recorded, for a page that is opened again without network. */
  function keepSent(session) {
    try { localStorage.setItem('longdan-collect-sent', session + ' ' + sent); } catch (refusal) {}
  }

  function findSent() {
    var kept = [];
    try { kept = localStorage.getItem('longdan-collect-sent').split(' '); } catch (missing) {}
    return Math.max(kept[0] === say('session') && Number(kept[1]) || 0, Number(say('sent')));
  }

  /* --- the page itself --- */

  function readAnswers(asked) {
    var given = {chosen: [], text: ''};
    all('input, textarea', asked).forEach(function (one) {
      if (isPick(one)) { if (one.checked) given.chosen.push(one.value); } else given.text += one.value.trim();
    });
    return given;
  }

  /* What the server would object to, by question, in the order of the page: as forms.resident judges. */
  function judgeAnswers() {
    var answers = {}, problems = [], rated = false;
    all('.asked').forEach(function (asked) {
      var name = asked.getAttribute('data-question'), needs = asked.getAttribute('data-if'), given, number, limit;
      var isRated = asked.hasAttribute('data-rated');
      if (needs && !asked.getAttribute('data-options').split(' ').some(function (option) {
        return (answers[needs] || []).indexOf(option) >= 0;
      })) return;
      given = readAnswers(asked);
      number = asked.querySelector('input[type=number]');
      limit = Number(asked.getAttribute('data-limit'));
      answers[name] = given.chosen;
      if (isRated && given.chosen.length) rated = true;
      if (number && number.validity && !number.validity.valid) problems.push([name, say('not-a-number')]);
      else if (limit && given.text.length > limit) problems.push([name, fill(say('too-long'), {limit: limit})]);
      else if (isRated ? !given.chosen.length && say('blank') === 'invalid'
        : asked.hasAttribute('data-required') && !given.chosen.length && !given.text) {
        problems.push([name, say('not-answered')]);
      }
    });
    return rated ? problems : null;
  }

  function readPlace() {
    var chosen, code, judged;
    if (!say('tag')) {
      chosen = form.querySelector('[name=village]:checked');
      if (!chosen) return {problem: say('no-village')};
      return {village: true, label: form.querySelector('[for=' + chosen.id + ']').textContent};
    }
    code = LongDan.normaliseCode(byId('code').value);
    judged = LongDan.judgeCode(code, say('tag'));
    if (judged) return {problem: say(judged)};
    byId('code').value = code.replace(/(.{4})(?=.)/g, '$1-');
    return {label: code.slice(8), code: code};
  }

  function readBody(code) {
    return all('[name]', form).filter(function (one) {
      return one.name !== 'csrf_token' && (!isPick(one) || one.checked);
    }).map(function (one) {
      return one.name + '=' + encode(one.name === 'code' ? code : one.value);
    }).join('&');
  }

  function tellCode(text) {
    var field = byId('code');
    show(byId('code-problem'), text);
    if (text) field.setAttribute('aria-invalid', 'true'); else field.removeAttribute('aria-invalid');
  }

  function clearProblems() {
    tellCode('');
    byId('wrong').hidden = true;
    all('.asked .problem, #wrong-list li').forEach(function (one) { one.parentNode.removeChild(one); });
    all('.asked .wrong').forEach(function (one) { one.className = one.className.replace(/ ?\bwrong\b/, ''); });
    all('.asked [aria-describedby$=-problem]').forEach(function (one) { one.removeAttribute('aria-describedby'); });
  }

  function tellWrong(text, problems) {
    byId('wrong-text').textContent = text;
    byId('wrong').hidden = false;
    problems.forEach(function (problem) {
      var asked = form.querySelector('[data-question=' + problem[0] + ']'), block = asked.firstElementChild;
      var heading = block.querySelector('legend, label'), line = document.createElement('p');
      var item = document.createElement('li'), link = document.createElement('a');
      line.className = 'problem';
      line.id = problem[0] + '-problem';
      line.textContent = problem[1];
      (heading.tagName === 'LEGEND' ? heading.nextElementSibling : block).insertBefore(line,
        heading.tagName === 'LEGEND' ? heading.nextElementSibling.firstChild : heading.nextSibling);
      block.className += ' wrong';
      byId(problem[0]).setAttribute('aria-describedby', line.id);
      link.href = '#' + problem[0];
      link.textContent = heading.textContent;
      item.appendChild(link);
      byId('wrong-list').appendChild(item);
    });
    byId('wrong').focus();
  }

  /* Ready for the next household: how it answers, and in a pulse the village, stay as they are. */
  function empty() {
    all('[name]', form).forEach(function (one) {
      if (isPick(one)) { if (one.name !== 'channel' && one.name !== 'village') one.checked = false; }
      else if (one.type !== 'hidden') one.value = '';
    });
    all('.asked .given').forEach(function (one) { one.className = one.className.replace(/ ?\bgiven\b/, ''); });
    form.elements.key.value = newKey();
    window.scrollTo(0, 0);
    if (say('tag')) byId('code').focus();
  }

  function isWaiting(code, items) {
    return !!code && items.some(function (item) { return ('&' + item.body + '&').indexOf('&code=' + code + '&') >= 0; });
  }

  function take(event) {
    var place = readPlace(), problems = judgeAnswers();
    event.preventDefault();
    if (adding) return;
    show(byId('told'), '');
    clearProblems();
    if (place.problem) tellCode(place.problem);
    if (!problems) return tellWrong(say('nothing'), []);
    if (problems.length) return tellWrong(say('look-again'), problems);
    if (place.problem) return tellWrong(place.problem, []);
    adding = true;
    queue.list(function (items) {
      adding = false;
      if (!isWaiting(place.code, items)) return keep(place);
      tellCode(say('already'));
      tellWrong(say('already'), []);
    });
  }

  function keep(place) {
    var item = {
      id: form.elements.key.value, url: form.getAttribute('action').replace(/#.*/, ''), body: readBody(place.code),
      at: Date.now(), staff: me.staff, name: me.name, label: place.label, village: !!place.village
    };
    adding = true;
    queue.add(item, function (kept) {
      adding = false;
      unkept = unkept || !kept;
      refused.remove(item.id, listRefused);
      last = item.id;
      show(byId('told'), fill(say(place.village ? 'saved-village' : 'saved'), {label: place.label}));
      empty();
      pump.now();
    });
  }

  function checkTyped() {
    var code = LongDan.normaliseCode(byId('code').value), judged = code && LongDan.judgeCode(code, say('tag'));
    tellCode(judged ? say(judged) : '');
  }

  /* As the link does, with nothing typed lost. */
  function resize(event) {
    var link = byId('size'), other = link.getAttribute('data-other');
    event.preventDefault();
    link.setAttribute('data-other', link.textContent);
    link.textContent = other;
    document.documentElement.className = document.documentElement.className ? '' : 'large';
  }

  /* Enter ends a code, typed or from a reader that types; it does not send the ballot. */
  function leaveCode(event) {
    var first = form.querySelector('.asked input, .asked textarea');
    if (event.keyCode !== 13) return;
    event.preventDefault();
    checkTyped();
    if (byId('code-problem').hidden && first) first.focus();
  }

  /* The page and what it needs, for the worker that shows it without network; only while signed in. */
  function keepPage() {
    var needed = [location.pathname];
    if (!window.caches || !navigator.serviceWorker || !form) return;
    all('script[src], link[rel=stylesheet], link[rel=icon]').forEach(function (one) { needed.push(one.src || one.href); });
    navigator.serviceWorker.register('/thu-phieu/sw.js')['catch'](function () {});
    caches.open(PAGES).then(function (cache) { return cache.addAll(needed); })['catch'](function () {});
  }

  function forgetPages() {
    try { caches['delete'](PAGES); } catch (missing) {}
  }

  function leave(event) {
    if (waiting && !warned) {
      event.preventDefault();
      warned = true;
      return render();
    }
    forgetPages();
  }

  function begin() {
    sent = findSent();
    form.elements.key.value = newKey(); // a page kept on the device comes with one key however often it is opened
    form.addEventListener('submit', take);
    if (say('tag')) {
      byId('code').addEventListener('change', checkTyped);
      byId('code').addEventListener('keydown', leaveCode);
    }
    byId('size').addEventListener('click', resize);
    byId('end').addEventListener('submit', function (event) {
      if (!waiting) return;
      event.preventDefault();
      show(byId('end-wait'), fill(byId('end').getAttribute('data-wait'), {n: waiting}));
    });
    if (LongDan.scan && say('tag')) {
      LongDan.scan(function (text) {
        byId('code').value = text;
        checkTyped();
      });
    }
    keepPage();
    try { navigator.storage.persist()['catch'](function () {}); } catch (missing) {}
  }

  queue = LongDan.queue('thu-phieu');
  refused = LongDan.queue('thu-phieu-khong-tinh');
  if (form) begin();
  all('form[action$="/dang-xuat"]').forEach(function (one) { one.addEventListener('submit', leave); });
  window.addEventListener('beforeunload', function (event) {
    if (unkept && waiting) event.returnValue = words('not-kept');
  });
  listRefused();
  pump = LongDan.pump(outgoing, settle, recount);
})(window, document);
