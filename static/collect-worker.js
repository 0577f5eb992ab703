/* Shows a helper's page that was opened before where the network is missing. It keeps no ballot, and forgets
the page when the server no longer gives it to this device: the helper has signed out, or the round is over. */
(function (worker) {
  'use strict';
  var PAGES = 'longdan-collect', PATIENCE = 4000;

  worker.addEventListener('install', function () { worker.skipWaiting(); });
  worker.addEventListener('activate', function (event) { event.waitUntil(worker.clients.claim()); });
  worker.addEventListener('fetch', function (event) {
    var request = event.request, place = new URL(request.url);
    if (request.method !== 'GET' || place.origin !== worker.location.origin) return;
    if (request.mode === 'navigate') event.respondWith(open(request, place.pathname));
    else if (place.pathname.indexOf('/static/') === 0) {
      event.respondWith(find(request).then(function (kept) { return kept || fetch(request); }));
    }
  });

  function find(address) {
    return caches.open(PAGES).then(function (cache) { return cache.match(address, {ignoreVary: true}); })
      ['catch'](function () {});
  }

  function forget(address) {
    caches.open(PAGES).then(function (cache) { return cache['delete'](address, {ignoreVary: true}); })
      ['catch'](function () {});
  }

  function open(request, address) {
    return new Promise(function (resolve, reject) {
      var timer = setTimeout(function () { find(address).then(function (kept) { if (kept) resolve(kept); }); }, PATIENCE);
      fetch(request).then(function (answer) {
        clearTimeout(timer);
        if (answer.status < 500 && !answer.ok) forget(address);
        resolve(answer);
      }, function (cut) {
        clearTimeout(timer);
        find(address).then(function (kept) { if (kept) resolve(kept); else reject(cut); });
      });
    });
  }
})(self);
