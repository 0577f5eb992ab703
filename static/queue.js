/* Ballots that wait on this device until the server has them. Script of the Android 5 web view (ES5).

LongDan.queue(name) -> a queue in IndexedDB, else localStorage, else this page's memory; never throws.
  .add(item, done(kept))   kept: false when only this page's memory holds it. item: {id, url, body, …}
  .list(done(items))       oldest first (item.at, in ms); what this page added stays until it removes it
  .remove(id, done())
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

  /* Calls `done` once: with what comes first, or with nothing when a broken store stays silent. */
  function once(done) {
    var timer = setTimeout(function () {
      silent = true;
      tell();
    }, SILENCE);
    function tell(value) {
      var then = done;
      done = nothing;
      clearTimeout(timer);
      then(value);
    }
    return tell;
  }

  function openStore(name, done) {
    var opening, opened = once(done);
    if (silent) return opened();
    try {
      opening = window.indexedDB.open('longdan-' + name, 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore('items', {keyPath: 'id'}); };
      opening.onsuccess = function () { opened(opening.result); };
      opening.onerror = opening.onblocked = function () { opened(); };
    } catch (refused) { opened(); }
  }

  /* Runs work(store) in a transaction; done(result of the request, or undefined when anything failed). */
  function withStore(name, mode, work, done) {
    openStore(name, function (base) {
      var transaction, request, told = once(function (value) {
        if (base) base.close();
        done(value);
      });
      if (!base) return told();
      try {
        transaction = base.transaction('items', mode);
        request = work(transaction.objectStore('items'));
        transaction.oncomplete = function () { told(request.result === undefined ? true : request.result); };
        transaction.onerror = transaction.onabort = function () { told(); };
      } catch (refused) { told(); }
    });
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
    return {
      add: function (item, done) {
        held[item.id] = item;
        withStore(name, 'readwrite', function (store) { return store.put(item); }, function (kept) {
          done(!!kept || addPlain(prefix + item.id, item));
        });
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
        withStore(name, 'readwrite', function (store) { return store['delete'](id); }, done || nothing);
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
        outcome: trusted && request.getResponseHeader('Ballot-Outcome') || '',
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
