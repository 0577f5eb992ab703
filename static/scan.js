/* Reading the QR code on a slip with the camera: the browser's own reader, or the vendored one, which is
fetched on the first tap. No picture leaves the page. */
(function (window, document) {
  'use strict';
  var LongDan = window.LongDan = window.LongDan || {}, PAUSE = 200, MOST_PIXELS = 640;
  var camera = document.getElementById('camera');

  /* The code in an address as it is printed on a slip, or the text itself. */
  function readText(text) { return text.replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop(); }

  function fetchReader(done, failed) {
    var script = document.createElement('script');
    if (window.jsQR) return done();
    script.src = camera.getAttribute('data-reader');
    script.onload = done;
    script.onerror = failed;
    document.body.appendChild(script);
    if (window.caches) caches.open('longdan-collect').then(function (cache) { return cache.add(script.src); })['catch'](function () {});
  }

  function readWithLibrary(video, done) {
    var canvas = document.createElement('canvas'), context = canvas.getContext('2d'), picture, found;
    var share = Math.min(1, MOST_PIXELS / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.max(1, Math.round(video.videoWidth * share));
    canvas.height = Math.max(1, Math.round(video.videoHeight * share));
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    picture = context.getImageData(0, 0, canvas.width, canvas.height);
    found = window.jsQR(picture.data, picture.width, picture.height);
    done(found && found.data);
  }

  /* found(text) once per tap on the button. */
  LongDan.scan = function (found) {
    var button = document.getElementById('scan'), video = document.getElementById('camera-picture');
    var told = document.getElementById('camera-told'), stream = null, timer, detector = null;
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;

    function say(name) { told.textContent = told.getAttribute('data-' + name); }

    function stop() {
      clearTimeout(timer);
      if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
      stream = video.srcObject = null;
      camera.hidden = true;
      button.hidden = false;
    }

    function fail() {
      stop();
      camera.hidden = false;
      say('no-camera');
    }

    function take(text) {
      if (!stream) return;
      if (!text) {
        timer = setTimeout(look, PAUSE);
        return;
      }
      stop();
      found(readText(text));
    }

    function look() {
      if (!stream) return;
      if (!video.videoWidth) return take('');
      if (detector) {
        detector.detect(video).then(function (codes) { take(codes.length ? codes[0].rawValue : ''); })['catch'](function () { take(''); });
      } else readWithLibrary(video, take);
    }

    function begin() {
      say('look');
      camera.hidden = false;
      button.hidden = true;
      navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}}).then(function (opened) {
        stream = opened;
        video.srcObject = opened;
        video.play();
        look();
      })['catch'](fail);
    }

    /* A browser may name the reader and know no QR code. */
    function choose() {
      if (!window.BarcodeDetector) return fetchReader(begin, fail);
      window.BarcodeDetector.getSupportedFormats().then(function (formats) {
        if (formats.indexOf('qr_code') < 0) return fetchReader(begin, fail);
        detector = new window.BarcodeDetector({formats: ['qr_code']});
        begin();
      })['catch'](function () { fetchReader(begin, fail); });
    }

    button.hidden = false;
    button.addEventListener('click', choose);
    document.getElementById('camera-stop').addEventListener('click', stop);
    window.addEventListener('pagehide', stop);
  };
})(window, document);
