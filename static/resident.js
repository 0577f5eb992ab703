/* The resident's pages with script (ES5): drafts, progress, sending in the background, pages kept for
use without network. Without it, or where something is missing, the plain form works as it stands. */
(function (window, document) {
  'use strict';
  var PAGES = 'longdan-pages', MOST_PAGES = 40, DRAFT = 'longdan-draft:', DAY = 864e5;
  var LongDan = window.LongDan, queue, pump, form, code, mine, news = '', touched, restored, plain, gone;
  if (!LongDan || !window.DOMParser || !window.history.replaceState || !('onloadend' in new XMLHttpRequest())) return;

  var newKey = LongDan.newKey, isPick = LongDan.isPick, encode = LongDan.encode;

  function nothing() {}
  function byId(id) { return document.getElementById(id); }
  function isSlip(code) { return code.length > 9; }
  function words(name) { return byId('state').getAttribute('data-' + name); }
  function write(element, text) { if (element && element.textContent !== text) element.textContent = text; }
  function show(element, on) { if (element) element[on ? 'removeAttribute' : 'setAttribute']('hidden', ''); }

  /* A question may be called `action` or `reset`, and would then stand in for that property of the form. */
  function fields() { return Array.prototype.slice.call(form.querySelectorAll('input,textarea,select')); }
  function keyField() { return form.querySelector('[type=hidden][name=key]'); }
  function target() { return form.getAttribute('action').split('#')[0]; }
  function isText(one) { return !isPick(one) && one.type !== 'hidden'; }

  function read() {
    return fields().filter(function (one) { return one.name && (!isPick(one) || one.checked); })
      .map(function (one) { return one.name + '=' + encode(one.value); }).join('&');
  }

  function fill(body) {
    var given = LongDan.decode(body);
    fields().forEach(function (one) {
      var values = given[one.name] || [];
      if (isPick(one)) one.checked = values.indexOf(one.value) >= 0;
      if (!isText(one)) return;
      one.value = values[0] || '';
      keepInSight(one);
    });
    keyField().value = (given.key || [])[0] || newKey();
  }

  /* A reason is sent whatever was chosen in the end: it stays in sight as long as there is one. */
  function keepInSight(one) {
    if (/reason/.test(one.parentNode.className)) one.parentNode.className = one.value ? 'reason given' : 'reason';
  }

  function isTooLong() {
    return fields().some(function (one) { return one.value.length > (one.getAttribute('data-most') || Infinity); });
  }

  /* A slip is one household's: its draft outlives the tab. A poster is everybody's: its draft does not. */
  function drafts(code) { return isSlip(code) ? window.localStorage : window.sessionStorage; }

  function saveDraft(code, body) {
    try { drafts(code).setItem(DRAFT + code, JSON.stringify({at: Date.now(), body: body})); } catch (full) {}
  }

  function dropDraft(code) {
    try { drafts(code).removeItem(DRAFT + code); } catch (refused) {}
  }

  function isFresh(draft) { return draft && Math.abs(Date.now() - draft.at) < DAY; }

  function findDraft(code) {
    try {
      var draft = JSON.parse(drafts(code).getItem(DRAFT + code));
      return isFresh(draft) ? draft.body : '';
    } catch (refused) { return ''; }
  }

  function dropOldDrafts() {
    try {
      var store = window.localStorage;
      Object.keys(store).forEach(function (name) {
        if (name.indexOf(DRAFT) === 0 && !isFresh(JSON.parse(store.getItem(name)))) store.removeItem(name);
      });
    } catch (refused) {}
  }

  function withPages(work) {
    try { window.caches.open(PAGES).then(work)['catch'](nothing); } catch (missing) {}
  }

  function address(code) { return '/' + code.replace(/-/g, ''); }

  /* Puts the untouched page aside, without its key, for the service worker: later, when there is time. */
  function keepPage() {
    var key = keyField(), was = key.value, html, place = address(code);
    if (!navigator.serviceWorker || !newKey()) return;
    key.value = '';
    html = '<!doctype html>' + document.documentElement.outerHTML;
    key.value = was;
    window.addEventListener('load', function () {
      setTimeout(function () { if (form) putPage(place, html); }, 0);
    });
  }

  function putPage(place, html) {
    var scripts = Array.prototype.map.call(document.querySelectorAll('script[src^="/"]'), function (one) { return one.src; });
    withPages(function (cache) {
      cache.keys().then(function (kept) {
        kept.slice(0, Math.max(0, kept.length - MOST_PAGES)).forEach(function (one) { cache['delete'](one); });
      });
      return Promise.all([cache.addAll(scripts), cache.put(place, new Response(html, {headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; " +
          "img-src 'self' data:; media-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'"
      }}))]);
    });
    navigator.serviceWorker.register('/sw.js')['catch'](nothing);
  }

  /* What this device knows of a code whose ballot the server has settled. */
  function forget(code) {
    dropDraft(code);
    if (isSlip(code)) withPages(function (cache) { return cache['delete'](address(code)); });
  }

  function isUntouchedPage() {
    return !byId('wrong') && fields().every(function (one) {
      return isPick(one) ? !one.defaultChecked : !isText(one) || !one.defaultValue;
    });
  }

  function countAnswered() {
    var blocks = form.querySelectorAll(form.querySelector('fieldset') ? 'fieldset' : '.write'), done = 0, index;
    for (index = 0; index < blocks.length; index++) {
      if (blocks[index].querySelector(':checked') || hasText(blocks[index])) done++;
    }
    write(byId('progress'), byId('progress').getAttribute(restored ? 'data-restored' : 'data-words')
      .replace('{done}', done).replace('{all}', blocks.length));
    show(byId('afresh'), restored);
    return done;
  }

  function hasText(block) {
    var field = block.className.indexOf('write') === 0 && block.querySelector('input,textarea');
    return field && field.value;
  }

  /* A reload or a step back: the browser itself puts values into the form, and they may be another person's. */
  function isRevisited() { return !window.performance || !performance.navigation || performance.navigation.type > 0; }

  function isChanged() {
    return fields().some(function (one) {
      return isPick(one) ? one.checked !== one.defaultChecked : isText(one) && one.value !== one.defaultValue;
    });
  }

  /* What was answered before this script came, else the draft of this very code, else a clean form. */
  function start() {
    var draft = findDraft(code), key = keyField();
    if (isRevisited()) HTMLFormElement.prototype.reset.call(form);
    touched = isChanged();
    restored = !touched && !!draft;
    if (restored) fill(draft);
    else if (isUntouchedPage()) key.value = newKey() || key.value;
    if (touched) saveDraft(code, read());
    countAnswered();
  }

  function startAfresh() {
    dropDraft(code);
    mine = null;
    fill('');
    restored = false;
    if (!keyField().value) return window.location.reload();
    countAnswered();
    showForm(true);
    window.scrollTo(0, 0);
    focus(document.querySelector('h1'));
  }

  function focus(element) {
    if (!element) return;
    element.setAttribute('tabindex', '-1');
    element.focus();
  }

  function showForm(on) {
    show(form, on);
    show(byId('waiting'), !on);
    show(byId('kept'), false);
  }

  function wait(item) {
    mine = item;
    showForm(false);
    write(byId('sending'), words('sending'));
    focus(byId('waiting'));
    byId('waiting').scrollIntoView();
  }

  function tell(state, count) {
    var line = mine ? byId('sending') : byId('state'), waiting = words('waiting');
    if (mine) show(byId('kept'), state === 'waiting' || !byId('kept').hidden);
    if (mine) write(byId('state'), '');
    /* A repeated attempt is not worth a word. */
    if (state === 'sending' && line.textContent === waiting) return;
    write(line, count ? words(state) : news);
  }

  function settle(item, result) {
    var page = new DOMParser().parseFromString(result.text, 'text/html'), own = mine && mine.id === item.id;
    if (result.outcome !== 'invalid' && result.status !== 413) forget(item.code);
    else if (own || isSlip(item.code)) saveDraft(item.code, item.body);
    if (!own) return tellNews(page, item.code, result.outcome);
    mine = null;
    if (result.status !== 413) return present(page, result);
    news = page.querySelector('h1').textContent;
    showForm(true);
  }

  /* There may be several: each ballot that waited gets a sentence of its own. */
  function tellNews(page, code, outcome) {
    var sentence = page.querySelector('h1'), receipt = page.querySelector('.receipt');
    news += (news && ' ') + words(receipt ? 'receipt' : outcome === 'invalid' ? 'invalid' : 'refused')
      .replace('{code}', code).replace('{receipt}', receipt ? receipt.textContent : '')
      .replace('{sentence}', sentence ? sentence.textContent : '');
  }

  /* The server's answer takes this page's place; reloading shows a receipt again. */
  function present(page, result) {
    var settled = result.outcome !== 'invalid';
    if (settled) window.history.replaceState({title: page.title, body: page.body.innerHTML}, '', window.location.href);
    put(page);
    if (!settled && form) countAnswered();
  }

  function put(page) {
    document.title = page.title;
    document.documentElement.replaceChild(document.adoptNode(page.body), document.body);
    find();
    window.scrollTo(0, 0);
    focus(byId('wrong') || document.querySelector('h1'));
    if (byId('wrong')) byId('wrong').scrollIntoView();
  }

  function find() {
    form = byId('ballot');
    code = form && form.getAttribute('data-code');
    if (!code) form = null;
  }

  function submit(event) {
    var item;
    if (!form || event.target !== form) return;
    if (mine) return event.preventDefault();
    if (plain || !countAnswered() || isTooLong()) return hold(event);
    event.preventDefault();
    item = {id: keyField().value, url: target(), body: read(), code: code, at: Date.now()};
    news = '';
    wait(item);
    queue.add(item, function (kept) {
      if (!kept) return sendPlainly(item);
      dropDraft(item.code);
      pump.now();
    });
  }

  /* A page that is left for the server's answer is not left for an error of the browser. */
  function hold(event) {
    plain = false;
    if (navigator.onLine !== false) return;
    if (event) event.preventDefault();
    news = words('offline');
    write(byId('state'), news);
  }

  function sendPlainly(item) {
    mine = null;
    queue.remove(item.id);
    showForm(true);
    if (navigator.onLine === false) return hold();
    gone = true;
    HTMLFormElement.prototype.submit.call(form);
  }

  function resume() {
    queue.list(function (items) {
      items.forEach(function (item) {
        if (form && !mine && item.code === code && isSlip(code)) wait(item);
      });
      pump = LongDan.pump(queue, settle, tell);
    });
  }

  function note(event) {
    if (!form || event.target.form !== form) return;
    touched = true;
    keepInSight(event.target);
    saveDraft(code, read());
    countAnswered();
  }

  function click(event) {
    var button = event.target;
    plain = button.hasAttribute && button.hasAttribute('formaction');
    /* Going back shows a receipt again, but not to who comes next. */
    if (button.href && button.className === 'button') window.history.replaceState(null, '', window.location.href);
    if (button.id === 'again') {
      write(byId('sending'), words('sending'));
      pump.now();
    }
    if (button.id === 'next' || button.id === 'afresh') startAfresh();
  }

  function come(event) {
    if (event.persisted && gone) return window.location.replace(target());
    if (form && !touched && !mine && !event.persisted && isRevisited()) start();
  }

  /* A page in another dress answers a POST, which no worker can repeat: reloading shall ask for the page. */
  function forgetDressing() {
    var place = window.location, search = place.search.replace(/([?&])xem=[^&]*(&|$)/, '$1').replace(/[?&]$/, '');
    if (search === place.search || !(findDraft(code) || isUntouchedPage())) return;
    window.history.replaceState(window.history.state, '', place.pathname + search);
  }

  function begin() {
    var past = window.history.state, main = document.querySelector('main'), settled = main.getAttribute('data-settled');
    if (settled) forget(settled);
    dropOldDrafts();
    if (past && past.body) {
      document.title = past.title;
      document.body.innerHTML = past.body;
    }
    find();
    if (form) {
      if (isUntouchedPage()) keepPage();
      start();
      forgetDressing();
    }
    queue = LongDan.queue('ballots');
    resume();
    document.addEventListener('submit', submit);
    document.addEventListener('input', note);
    document.addEventListener('change', note);
    document.addEventListener('click', click);
    window.addEventListener('pageshow', come);
  }

  begin();
})(window, document);
