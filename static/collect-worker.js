/* Shows a helper's page that was opened before where the network is missing. It keeps no ballot, and forgets
the page when the server no longer gives it to this device: the helper has signed out, or the round is over.
A captive portal cannot make it forget. */
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

  /* A redirect may be a captive portal's. The page is forgotten only when the server itself says that nobody
  is signed in, by the page for it, or somebody else. */
  function check(address) {
    fetch('/thu-phieu/trang-thai', {credentials: 'same-origin'}).then(function (answer) {
      var place = new URL(answer.url);
      if (!answer.ok || place.origin !== worker.location.origin) return;
      if (place.pathname === '/dang-nhap') return forget(address);
      return Promise.all([answer.json(), find(address).then(function (kept) { return kept && kept.text(); })])
        .then(function (both) {
          if (both[0].staff && both[1] && both[1].indexOf('data-staff="' + both[0].staff + '"') < 0) forget(address);
        });
    })['catch'](function () {});
  }

  function open(request, address) {
    return new Promise(function (resolve, reject) {
      var timer = setTimeout(function () { find(address).then(function (kept) { if (kept) resolve(kept); }); }, PATIENCE);
      fetch(request).then(function (answer) {
        clearTimeout(timer);
        if ([401, 403, 404, 410].indexOf(answer.status) >= 0) forget(address);
        if (answer.type === 'opaqueredirect') check(address);
        resolve(answer);
      }, function (cut) {
        clearTimeout(timer);
        find(address).then(function (kept) { if (kept) resolve(kept); else reject(cut); });
      });
    });
  }
})(self);
