/* Keeps an opened question page usable without network. Nothing depends on it: resident.js puts the
pages and their scripts in, and takes a household's page out once its ballot was sent. */
(function (worker) {
  'use strict';
  var PAGES = 'longdan-pages', PATIENCE = 4000;

  worker.addEventListener('install', function () { worker.skipWaiting(); });
  worker.addEventListener('activate', function (event) { event.waitUntil(worker.clients.claim()); });

  worker.addEventListener('fetch', function (event) {
    var request = event.request, place = new URL(request.url), code;
    if (request.method !== 'GET' || place.origin !== worker.location.origin) return;
    if (request.mode === 'navigate') {
      code = place.pathname.replace(/[^0-9a-z]/gi, '').toUpperCase();
      if (code.length === 8 || code.length === 12) event.respondWith(open(request, '/' + code));
    } else if (place.pathname.indexOf('/static/') === 0 && place.search) {
      event.respondWith(find(request).then(function (kept) { return kept || fetch(request); }));
    }
  });

  function find(address) {
    return caches.open(PAGES).then(function (cache) { return cache.match(address); })
      ['catch'](function () {});
  }

  /* The server's page; the kept one only where the server is silent, slow or ill. */
  function open(request, address) {
    return new Promise(function (resolve, reject) {
      var timer = setTimeout(function () { offer(); }, PATIENCE);
      function offer(otherwise) {
        find(address).then(function (kept) { if (kept || otherwise) { resolve(kept || otherwise()); } });
      }
      fetch(request).then(function (answer) {
        clearTimeout(timer);
        if (answer.status >= 500) return offer(function () { return answer; });
        if (answer.status >= 400 && answer.status !== 429) forget(address);
        resolve(answer);
      }, function (cut) {
        clearTimeout(timer);
        offer(function () { return Promise.reject(cut); });
      })['catch'](reject);
    });
  }

  function forget(address) {
    caches.open(PAGES).then(function (cache) { return cache['delete'](address); })['catch'](function () {});
  }
})(self);
