/* Ballots that wait on this device until the server has them. Script of the Android 5 web view (ES5).

LongDan.queue(name) -> a queue in IndexedDB, else localStorage, else this page's memory; never throws.
  .add(item, done(kept))   kept: false when only this page's memory holds it. item: {id, url, body, …}
  .list(done(items))       oldest first (item.at, in ms); what this page added stays until it removes it
  .remove(id, done())      from wherever it is, however late a slow store answers; done() does not wait for that
LongDan.newKey(), .isPick(field), .encode(text), .decode(body): what the pages' forms are sent with
LongDan.send(item, done(result))  one POST of item.body (form-encoded; item.headers if any) to item.url.
  result: {outcome, status, text}. outcome is '' unless the server itself spoke (header Ballot-Outcome,
  no 5xx, no 429): a captive portal answers 200 as well. Keep the item then, and send it again.
LongDan.pump(queue, settle(item, result), tell(state, count)) -> {now()}
  sends what waits: at once, on `now()`, when the network or the page comes back, and with back-off.
  settle: the server has spoken; the item leaves the queue. tell: 'sending', 'waiting' or 'idle'. */
(function (window, document) {
  'use strict';
  var WAIT = 1500, LONGEST = 60000, PATIENCE = 30000, SILENCE = 1500;
  var LongDan = window.LongDan = window.LongDan || {}, silent = false;

  function nothing() {}

  /* The shape of forms.resident.new_submission_key; '' where no true chance is to be had. */
  LongDan.newKey = function () {
    try {
      var bytes = (window.crypto || window.msCrypto).getRandomValues(new Uint8Array(16));
      return btoa(String.fromCharCode.apply(null, bytes)).slice(0, 22).replace(/\+/g, '-').replace(/\//g, '_');
    } catch (missing) { return ''; }
  };

  LongDan.isPick = function (one) { return one.type === 'radio' || one.type === 'checkbox'; };

  LongDan.encode = function (text) {
    text = text.replace(/\r?\n/g, '\r\n');
    try { return encodeURIComponent(text); } catch (broken) {
      return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '\ufffd'));
    }
  };

  /* What a form sent: the values under each name. */
  LongDan.decode = function (body) {
    var given = {};
    body.split('&').forEach(function (pair) {
      var cut = pair.indexOf('='), name = pair.slice(0, cut);
      (given[name] = given[name] || []).push(decodeURIComponent(pair.slice(cut + 1)).replace(/\r\n/g, '\n'));
    });
    return given;
  };

  /* Runs work(store) in a transaction; done(its result), or done() when it failed or the store stays silent.
  With `late` it is done however late the store answers, and late() called if nobody waits any more. */
  function withStore(name, mode, work, done, late) {
    var opening, timer;
    function tell(value) {
      var then = done;
      done = 0;
      clearTimeout(timer);
      if (then) then(value);
    }
    function fail() { tell(); }

    if (silent) tell();
    if (!done && !late) return;
    timer = setTimeout(function () {
      silent = true;
      tell();
    }, SILENCE);
    try {
      opening = window.indexedDB.open('longdan-' + name, 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore('items', {keyPath: 'id'}); };
      opening.onerror = opening.onblocked = fail;
      opening.onsuccess = function () {
        var base = opening.result, transaction, request;
        try {
          if (done || late) {
            transaction = base.transaction('items', mode);
            request = work(transaction.objectStore('items'));
            transaction.oncomplete = function () {
              if (!done && late) late();
              tell(request.result === undefined ? true : request.result);
            };
            transaction.onerror = transaction.onabort = fail;
          }
        } catch (refused) { tell(); }
        base.close();
      };
    } catch (refused) { tell(); }
  }

  function listPlain(prefix) {
    var found = [], index, name;
    try {
      for (index = 0; index < localStorage.length; index++) {
        name = localStorage.key(index);
        if (name.indexOf(prefix) === 0) found.push(JSON.parse(localStorage.getItem(name)));
      }
    } catch (refused) {}
    return found;
  }

  function addPlain(name, item) {
    try {
      localStorage.setItem(name, JSON.stringify(item));
      return localStorage.getItem(name) !== null;
    } catch (refused) { return false; }
  }

  LongDan.queue = function (name) {
    var held = {}, prefix = 'longdan-' + name + ':';
    function remove(id, done) {
      withStore(name, 'readwrite', function (store) { return store['delete'](id); }, done, nothing);
    }
    return {
      add: function (item, done) {
        held[item.id] = item;
        withStore(name, 'readwrite', function (store) { return store.put(item); }, function (kept) {
          done(!!kept || addPlain(prefix + item.id, item));
        }, function () { if (!held[item.id]) remove(item.id, nothing); });
      },
      list: function (done) {
        withStore(name, 'readonly', function (store) { return store.getAll ? store.getAll() : walk(store); },
          function (stored) {
            var byId = {}, id, items = [];
            (stored || []).concat(listPlain(prefix)).forEach(function (item) { byId[item.id] = item; });
            for (id in held) byId[id] = held[id];
            for (id in byId) items.push(byId[id]);
            done(items.sort(function (one, other) { return one.at - other.at; }));
          });
      },
      remove: function (id, done) {
        delete held[id];
        try { localStorage.removeItem(prefix + id); } catch (refused) {}
        remove(id, done || nothing);
      }
    };
  };

  /* getAll of browsers that have none; looks like a request whose result is read when all is done. */
  function walk(store) {
    var all = {result: []}, request = store.openCursor();
    request.onsuccess = function () {
      if (!request.result) return;
      all.result.push(request.result.value);
      request.result['continue']();
    };
    return all;
  }

  LongDan.send = function (item, done) {
    var name, request = new XMLHttpRequest();
    request.onloadend = function () {
      var status = request.status, trusted = status > 0 && status < 500 && status !== 429;
      done({
        outcome: trusted && request.responseText && request.getResponseHeader('Ballot-Outcome') || '',
        status: status,
        text: request.responseText
      });
    };
    try {
      request.open('POST', item.url);
      request.timeout = PATIENCE;
      request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
      for (name in item.headers || {}) request.setRequestHeader(name, item.headers[name]);
      request.send(item.body);
    } catch (refused) { done({outcome: '', status: 0, text: ''}); }
  };

  LongDan.pump = function (queue, settle, tell) {
    var timer, busy = false, again = false, failures = 0;

    function rest(left) {
      busy = false;
      clearTimeout(timer);
      if (again) return run();
      tell(left ? 'waiting' : 'idle', left);
      if (!left) return;
      timer = setTimeout(run, Math.min(LONGEST, WAIT * Math.pow(2, failures++)) * (0.75 + Math.random() / 2));
    }

    function sendAll(items) {
      var left = 0;
      (function next(index) {
        if (index === items.length) return rest(left);
        tell('sending', items.length - index + left);
        LongDan.send(items[index], function (result) {
          if (result.outcome) {
            failures = 0;
            try { settle(items[index], result); } finally {
              queue.remove(items[index].id, function () { next(index + 1); });
            }
          } else if (result.status) {
            left++;
            next(index + 1);
          } else rest(items.length - index + left);
        });
      })(0);
    }

    function run() {
      again = busy;
      if (busy) return;
      busy = true;
      queue.list(function (items) {
        if (items.length) sendAll(items); else rest(0);
      });
    }

    function now() {
      failures = 0;
      run();
    }

    window.addEventListener('online', now);
    window.addEventListener('pageshow', function (event) { if (event.persisted) now(); });
    document.addEventListener('visibilitychange', function () { if (!document.hidden) now(); });
    run();
    return {now: now};
  };
})(window, document);
